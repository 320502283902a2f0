import { describe, expect, it } from 'vitest';
import { buildProgram } from './program.ts';

/** Every command by its full name, with its help. */
function commands(parent = buildProgram(), prefix = ''): [string, string][] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    return [[name, command.description()] as [string, string], ...commands(command, `${name} `)];
  });
}

describe('the command line', () => {
  it('has every command of the main job, each described', () => {
    const known = new Map(commands());
    const wanted = [
      ...'pay get list pending cancel refund refunds code rates board quote watch merchants'.split(
        ' ',
      ),
      ...'positions accounts facts issuers routes'.split(' '),
      ...'list open topup withdraw show statement freeze unfreeze close'
        .split(' ')
        .map((name) => `wallet ${name}`),
      ...['story', 'drive', 'parked list', 'parked retry', 'parked drop', 'replay', 'probe'],
      ...['projections rebuild', 'partner list', 'partner put', 'issuer put', 'merchant open'],
      ...['stop add', 'stop remove', 'stop list', 'books verify', 'books entries'],
      ...'upload status run breaks show assign comment resolve report'
        .split(' ')
        .map((name) => `reconcile ${name}`),
      ...['qr decode', 'qr encode', 'order create', 'order close'],
      ...'verify decode grant code'.split(' ').map((name) => `transit ${name}`),
      ...'create list stop resume'.split(' ').map((name) => `merchant-code ${name}`),
      ...'offer show end'.split(' ').map((name) => `agreement ${name}`),
      ...['route explain', 'route scores', 'route liquidity'],
      ...'put show list activate simulate'.split(' ').map((name) => `policy ${name}`),
      ...['clearing-file list', 'clearing-file download'],
      ...'verify prove check-proof'.split(' ').map((name) => `certificate ${name}`),
      ...'put show list example'.split(' ').map((name) => `settlement-agreement ${name}`),
      ...['qr decode', 'qr encode', 'clearing days'],
      ...'list cap top-up withdraw'.split(' ').map((name) => `cover ${name}`),
      ...['treasury exposures', 'treasury trades', 'treasury cover'],
      ...'windows show close settle abort'.split(' ').map((name) => `clearing ${name}`),
      ...['float show', 'float prove', 'float settled'],
      ...'post reverse list'.split(' ').map((name) => `adjustment ${name}`),
      ...'open answer accept escalate withdraw decide show list'
        .split(' ')
        .map((name) => `dispute ${name}`),
      ...'put list delete rotate deliveries redeliver'.split(' ').map((name) => `webhook ${name}`),
    ];
    for (const name of wanted) expect(known.get(name), name).toBeTruthy();
  });

  it('gives no option of a command the name of one that all commands have', () => {
    const program = buildProgram();
    const global = new Set(program.options.map(({ long }) => long));
    const all = (parent = program): (typeof program.commands)[number][] =>
      parent.commands.flatMap((command) => [command, ...all(command)]);
    const taken = all().filter(({ options }) => options.some(({ long }) => global.has(long)));
    expect(taken.map((command) => command.name())).toEqual([]);
  });

  it('teaches: the top help leads from nothing to a verified payment', () => {
    let help = '';
    const program = buildProgram().configureOutput({ writeOut: (text) => (help += text) });
    program.outputHelp();
    for (const step of ['causeway pay 1280 JPY', 'causeway books verify', 'Exit codes']) {
      expect(help).toContain(step);
    }
  });

  it.each([
    [['pay', '100', 'JPY']],
    [['frobnicate']],
    [['wallet', 'statement', 'Mei', '--limit', '0']],
  ])('refuses %j before it asks anybody', async (words) => {
    const program = buildProgram();
    for (const command of [program, ...program.commands]) {
      command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    }
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow();
  });
});
