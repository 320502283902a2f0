import { ParticipantKind } from '@causeway/proto/common';
import type { ClearingDay } from '@causeway/proto/routing';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment, timeOfDay } from '../output/views.ts';
import { act } from '../run.ts';

/** `clearing days`: where everybody's days stand. */
export function clearingDayCommands(program: Command): void {
  const known = program.commands.find((command) => command.name() === 'clearing');
  const clearing = known ?? program.command('clearing').description('how participants are settled');
  clearing
    .command('days')
    .description('the running day of each participant, and the last one that is sealed')
    .action(act(days));
}

async function days(cli: Cli): Promise<Answer> {
  const { days: found } = await cli.as(OPERATOR_ID).clearingDays.listClearingDays({});
  const text = table(
    [
      { title: 'participant' },
      { title: 'as' },
      { title: 'running' },
      { title: 'ends' },
      { title: 'sealed' },
      { title: 'at' },
    ],
    found.map(line),
  );
  return { text, data: { days: jsonOf(found, { participantKind: ParticipantKind }) } };
}

function line({ participant, clearing, openDate, sealedDate, sealTime }: ClearingDay): string[] {
  const { participantId = '', participantKind = 0 } = participant ?? {};
  return [
    participantId,
    (ParticipantKind[participantKind] ?? '').toLowerCase(),
    openDate,
    clearing ? `${timeOfDay(clearing.cutOffSeconds)} ${clearing.timeZone}` : '',
    sealedDate,
    moment(sealTime),
  ];
}
