import { runMain } from '@causeway/runtime';
import { readConfig } from './config.ts';
import { start } from './main.ts';

runMain('fx', ({ env, runtime }) => start(readConfig(env), runtime));
