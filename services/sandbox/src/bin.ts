import { runMain } from '@causeway/runtime';
import { sandboxConfig } from './config.ts';
import { start } from './main.ts';

runMain('sandbox', ({ env, runtime }) => start(sandboxConfig(env), runtime));
