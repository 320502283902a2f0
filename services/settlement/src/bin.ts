import { runMain } from '@causeway/runtime';
import { settlementConfig } from './config.ts';
import { start } from './main.ts';

runMain('settlement', ({ env, runtime }) => start(settlementConfig(env), runtime));
