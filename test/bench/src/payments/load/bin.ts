import { chanceFrom } from '@causeway/sandbox';
import { answerCommands } from '../../measure/helper.ts';
import { Generator } from './generator.ts';
import type { Edge, Pace, World } from './protocol.ts';

let generator: Generator | undefined;

function opened(): Generator {
  if (generator === undefined) throw new Error('the load generator has no world yet');
  return generator;
}

answerCommands({
  open: async (world: World) => {
    generator?.close();
    generator = new Generator(world, chanceFrom(world.seed));
  },
  makeCodes: async ({ wanted }: { wanted: number }) => opened().makeCodes(wanted),
  begin: async ({ edge, pace, keepReady }: { edge: Edge; pace: Pace; keepReady: number }) =>
    opened().begin(edge, pace, keepReady),
  measure: async ({ seconds }: { seconds: number }) => opened().measure(seconds),
  end: async () => opened().end(),
});
