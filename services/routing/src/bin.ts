import { runMain } from '@causeway/runtime';
import { routingConfig } from './config.ts';
import { start } from './main.ts';

runMain('routing', ({ env, runtime }) => start(routingConfig(env), runtime));
