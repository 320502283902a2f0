import { loadEcho } from './limits/echo-load.ts';
import { loadTpcb } from './limits/tpcb-load.ts';
import { answerCommands } from './measure/helper.ts';

answerCommands({ echo: loadEcho, tpcb: loadTpcb });
