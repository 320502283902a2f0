import { runMain } from '@causeway/runtime';
import { acquiringConfig } from './config.ts';
import { start } from './main.ts';

runMain('acquiring', ({ env, runtime }) => start(acquiringConfig(env), runtime));
