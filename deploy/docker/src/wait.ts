// Does nothing until it is told to end: a container to run other programs of the image in.
import { once } from 'node:events';

const awake = setInterval(() => {}, 60_000);
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
clearInterval(awake);
