import { changed, withSetting } from './base.ts'

/** A file that is wrong, and what is said of it. */
export interface BrokenFile {
  readonly wrong: string
  readonly text: string
  /** Line and column. */
  readonly at: string
  /** What the message has to say. */
  readonly says: readonly string[]
}

function broken(wrong: string, text: string, at: string, ...says: readonly string[]): BrokenFile {
  return { wrong, text, at, says }
}

function anchors(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level <= levels; level++) {
    const aliases = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')
    lines.push(`a${level}: &a${level} [${aliases}]`)
  }
  return `${lines.join('\n')}\n`
}

const SYNTAX: readonly BrokenFile[] = [
  broken('an empty file', '', '1:1', 'empty'),
  broken('a comment alone', '# nothing\n', '1:1', 'empty'),
  broken('a text alone', 'hello\n', '1:1', 'a map of'),
  broken('a list', '- 1\n', '1:1', 'a map of'),
  broken('a bracket that is not closed', changed('[1, 2, 3]', '[1, 2, 3'), '4:1', 'no YAML'),
  broken('a tab as indent', changed('  data: spambase', '\tdata: spambase'), '5:1', 'no YAML'),
  broken('a wrong indent', changed('  peers: 100', '   peers: 100'), '5:9', 'no YAML'),
  broken('a key that is there twice', changed('  peers: 100', '  peers: 100\n  peers: 50'), '7:3', 'peers', 'twice'),
  broken('a tag of its own', changed('100', '!many 100'), '6:10', 'tag'),
  broken('a known tag', changed('100', '!!str 100'), '6:16', 'tag'),
  broken('two documents', `${changed('100', '100')}---\nname: two\n`, '42:1', 'one experiment'),
  broken('a directive', `%YAML 1.1\n---\n${changed('100', '100')}`, '1:1', '%YAML'),
  broken('an alias of nothing', changed('100', '*many'), '6:10', 'no anchor'),
  broken('an alias of what it is in', 'name: &a [*a]\n', '1:11', 'part of'),
  broken('an alias bomb', anchors(6), '1:34', 'too many aliases'),
  broken('a merge key', changed('  MU: {', '  MU: {<<: {}, '), '15:8', 'merge keys'),
  broken('a file larger than 1 MiB', `${changed('100', '100')}# ${'x'.repeat(1 << 20)}\n`, '1:1', 'larger than'),
]

const FORM: readonly BrokenFile[] = [
  broken(
    'an unknown key',
    changed('  peers: 100', '  peeers: 100'),
    '6:3',
    '"peeers" in setting',
    'did you mean "peers"?',
  ),
  broken('an unknown key of the file', changed('seeds:', 'seed:'), '3:1', '"seed"', 'did you mean "seeds"?'),
  broken('an unknown key of a contestant', changed('{creation: RW}', '{create: RW}'), '16:18', '"create"', 'creation'),
  broken('an unknown key of a level', changed('{loss: 0.5}', '{drop: 0.5}'), '22:20', '"drop"', 'loss'),
  broken('an unknown key of a method', changed('round: 2 cycles', 'rounds: 2 cycles'), '18:28', '"rounds"', '"round"'),
  broken('a key of another method', changed('round: 2 cycles', 'votes: 2'), '18:28', '"votes"', 'fraction'),
  broken('an unknown method', changed('method: gossip', 'method: gosip'), '12:11', 'method', 'did you mean "gossip"?'),
  broken('fedprox without μ', changed('method: gossip', 'method: fedprox'), '12:11', '{kind: fedprox, mu: …}'),
  broken('a number that is none', changed('  peers: 100', '  peers: .nan'), '6:10', 'peers', 'not NaN'),
  broken('an unknown kind of method', changed('kind: fedavg', 'kind: fedavgg'), '18:20', 'fedavg'),
  broken('a missing title', changed('title: A small experiment\n', ''), '1:1', 'title is missing'),
  broken('a missing setting of peers', changed('  peers: 100\n', ''), '4:1', 'peers is missing'),
  broken('a missing model', changed('model: logistic, ', ''), '11:3', 'learner.model is missing', 'pegasos'),
  broken('nothing where a map is', changed('none: {}', 'none:'), '21:5', 'grid.failures.none', 'not nothing'),
  broken('a text for a number', changed('peers: 100', 'peers: many'), '6:10', 'an integer in 2 … 10000000', '"many"'),
  broken('a number in quotes', changed('peers: 100', "peers: '100'"), '6:10', 'an integer', '"100"'),
  broken('half a peer', changed('peers: 100', 'peers: 99.5'), '6:10', 'an integer', '99.5'),
  broken('one peer', changed('peers: 100', 'peers: 1'), '6:10', '2 … 10000000'),
  broken(
    'a list for a map',
    changed('{model: logistic, lambda: 1e-6, eta: 1e4, batch: 10}', '[logistic]'),
    '11:3',
    'a list',
  ),
  broken('a time without unit', changed('cycle: 10 s', 'cycle: 10'), '7:10', 'a time with its unit', 'not 10'),
  broken('a wrong unit', changed('cycle: 10 s', 'cycle: 10 sec'), '7:10', 'ms, s, min, h or d', '"10 sec"'),
  broken('a cycle in cycles', changed('cycle: 10 s', 'cycle: 1 cycle'), '7:10', 'a time with its unit (ms'),
  broken('a cycle of no time', changed('cycle: 10 s', 'cycle: 0 s'), '7:10', 'a time'),
  broken('a cycle that is too short', changed('cycle: 10 s', 'cycle: 0.5 ms'), '7:10', '1 … 1000000000 ms'),
  broken('a probability above 1', changed('loss: 0.1', 'loss: 1.1'), '10:35', 'a number in [0, 1]', '1.1'),
  broken('no seeds', changed('[1, 2, 3]', '[]'), '3:1', 'seeds', 'an empty list'),
  broken('zero seeds', changed('[1, 2, 3]', '0'), '3:8', 'seeds', 'not 0'),
  broken('seeds that are there twice', changed('[1, 2, 3]', '[1, 2, 1]'), '3:15', 'different integers'),
  broken('a negative seed', changed('[1, 2, 3]', '[-1]'), '3:9', 'an integer ≥ 0'),
  broken(
    'no contestants',
    changed(/contestants:\n[^]*?grid:/.exec(changed('a', 'a'))![0], 'contestants: {}\ngrid:'),
    '14:1',
    'contestants',
    'at least one',
  ),
  broken(
    'an axis without levels',
    changed('    none: {}\n    AF: {network: {loss: 0.5}}\n', '    {}\n'),
    '20:3',
    'levels, at least one',
  ),
  broken('a name with a quote', changed('  MU: {l', "  'M\"U': {l"), '15:3', 'a name', 'quotes'),
  broken('a name that is no folder', changed('name: base', 'name: a/b'), '1:7', 'letters, digits and hyphens'),
  broken('shards of no kind', withSetting('shards: classes:0'), '13:11', 'classes[:PER_PEER]'),
  broken(
    'two kinds of delay',
    changed('delay: 1 cycle', 'delay: {uniform: [1 s, 2 s], table: a.csv}'),
    '10:13',
    'exactly one of uniform',
    'a map of uniform, table',
  ),
  broken('a delay of half a kind', changed('delay: 1 cycle', 'delay: {normal: {mean: 1 s}}'), '10:21', 'sd is missing'),
  broken(
    'a speed without unit',
    withSetting('network: {bandwidth: {upload: 10, download: 1 MB/s}}').replace(
      '  network: {delay: 1 cycle, loss: 0.1}\n',
      '',
    ),
    '12:33',
    'kbit/s',
    'not 10',
  ),
  broken('no measurement', changed('{at: log}', '{at: []}'), '13:13', 'measure.at'),
  broken('a batch of no rows', changed('batch: 10', 'batch: 0'), '11:61', 'learner.batch', '1 … 4096'),
  broken('a fraction of no clients', changed('round: 2 cycles', 'fraction: 0'), '18:38', 'fraction', '(0, 1]'),
  broken('a share of 2', withSetting('crash: [{at: 5 cycles, share: 2}]'), '13:33', 'crash[0].share', '[0, 1]'),
]

const CONFLICTS: readonly BrokenFile[] = [
  broken(
    'a degree of all peers',
    changed('degree: 20', 'degree: 100'),
    '9:35',
    'a degree of 100 needs more than 100 peers',
  ),
  broken(
    'a reduced form with too few peers',
    changed('peers: 50', 'peers: 20'),
    '9:35',
    'a degree of 20 needs more than 20 peers',
  ),
  broken('a degree of an oracle', changed('kind: static', 'kind: uniform'), '9:36', 'overlay.degree'),
  broken(
    'peers of an oracle that know who is online',
    changed('kind: static, degree: 20', 'kind: uniform, online: true'),
    '9:36',
    'overlay.online',
  ),
  broken('a view of a static overlay', changed('degree: 20', 'viewSize: 20'), '9:37', 'overlay.viewSize'),
  broken(
    'an odd graph',
    changed('peers: 100', 'peers: 101').replace('kind: static, degree: 20', 'kind: regular, degree: 5'),
    '9:36',
    '101 peers cannot all have a degree of 5',
  ),
  broken('no bias to regularise', changed('batch: 10', 'regulariseBias: true'), '11:70', 'learner.bias: true'),
  broken('λ = 0 without η', changed('lambda: 1e-6, eta: 1e4', 'lambda: 0'), '11:38', 'set learner.eta'),
  broken('a gap without its rule', changed('eta: 1e4', 'mergeGap: 5'), '11:54', "only the merge rule 'limited'"),
  broken('a limited merge without gap', changed('eta: 1e4', 'merge: limited'), '11:51', 'needs learner.mergeGap'),
  broken(
    'a run of half a cycle',
    changed('200 cycles', '2005 s'),
    '8:13',
    'a whole number of cycles, not 200.5',
    '200 or 201',
  ),
  broken(
    'first tokens of a proactive flow',
    changed('method: gossip', 'method: {kind: gossip, flow: {kind: proactive, initial: 3}}'),
    '12:59',
    'no tokens',
  ),
  broken(
    'more first tokens than an account holds',
    changed('method: gossip', 'method: {kind: gossip, flow: {kind: simple, B: 3, initial: 4}}'),
    '12:26',
    '0 … 3 tokens',
  ),
  broken(
    'tokens of a proactive flow',
    changed('method: gossip', 'method: {kind: gossip, flow: {kind: proactive, A: 3}}'),
    '12:53',
    'no tokens',
    'A',
  ),
  broken(
    'a reserve above the capacity',
    changed('method: gossip', 'method: {kind: gossip, flow: {kind: randomized, A: 30, B: 20}}'),
    '12:54',
    '30 is more than 20',
  ),
  broken(
    'parts and random walks',
    changed('method: gossip', 'method: {kind: gossip, exchange: {partitioned: 10}}'),
    '16:28',
    'RW needs whole models',
    'contestant "RW"',
  ),
  broken(
    'parts and last models',
    changed('learner: {creation: RW}', 'method: {kind: gossip, mergeWith: last, exchange: {subsampled: 0.1}}'),
    '16:42',
    'current model',
  ),
  broken(
    'a deadline before the round is over',
    changed('round: 2 cycles', 'round: 2 cycles, deadline: 1 cycle'),
    '18:55',
    'not shorter',
    'contestant "federated"',
  ),
  broken('a server that is no peer', changed('round: 2 cycles', 'server: 100'), '18:36', '0 … 99'),
  broken(
    'a round without end',
    changed('delay: 1 cycle', 'delay: {exponential: {mean: 1 cycle}}').replace(', round: 2 cycles', ''),
    '18:5',
    'a round has no default',
  ),
  broken(
    'whole transfers without churn',
    changed('loss: 0.1}', 'wholeTransfers: true}'),
    '10:45',
    'has no effect',
    'add churn',
  ),
  broken('lost state without churn', withSetting('loseState: 0.5'), '13:14', 'has no effect'),
  broken(
    'two ways to say what a transfer takes',
    changed('loss: 0.1}', 'transfer: 1 cycle, bandwidth: {upload: 1 MB/s, download: 1 MB/s}}'),
    '10:39',
    'network.bandwidth both',
  ),
  broken(
    'a delay from much to little',
    changed('delay: 1 cycle', 'delay: {uniform: [2 s, 1 s]}'),
    '10:21',
    'longer than the greatest',
  ),
  broken(
    'a cut that ends first',
    changed('loss: 0.1}', 'partition: [{from: 5 cycles, until: 4 cycles, share: 0.5}]}'),
    '10:65',
    'ends after it begins',
  ),
  broken(
    'more peers at the start than there are',
    withSetting('join: {initial: 101, perCycle: 1}'),
    '13:19',
    '101 of 100',
  ),
  broken(
    'rows for each of shards by class',
    withSetting('shards: by-class', 'rowsPerPeer: 5'),
    '14:16',
    'iid shards only',
  ),
  broken(
    'rows that follow degrees that are all the same',
    withSetting('correlate: {with: degree, strength: 1}'),
    '13:3',
    'scale-free',
  ),
  broken(
    'rows by class that follow degrees',
    withSetting('shards: by-class', 'correlate: {with: degree, strength: 1}'),
    '13:11',
    'leave shards out',
  ),
  broken(
    'rows for each that follow degrees',
    withSetting('rowsPerPeer: 5', 'correlate: {with: degree, strength: 1}'),
    '13:16',
    'leave rowsPerPeer out',
  ),
  broken(
    'a correction over a graph with a direction',
    changed('method: gossip', 'method: {kind: gossip, correction: metropolis}'),
    '12:38',
    'undirected',
  ),
  broken(
    'a fault that is over first',
    withSetting('faults: {pauses: [{share: 0.1, from: 5 s, until: 1 s}]}'),
    '13:52',
    'over later than it begins',
  ),
  broken(
    'an attack with a parameter of another',
    withSetting('faults: {byzantine: {share: 0.1, attack: {kind: noise, z: 1}}}'),
    '13:61',
    'z is not of the attack noise, which has sd',
  ),
  broken(
    'an attack on gossip against a server',
    withSetting('faults: {byzantine: {share: 0.1, attack: {kind: alie}}}'),
    '13:12',
    'federated',
  ),
  broken(
    'a label of a data set with a name',
    changed('data: spambase', 'data: {name: spambase, label: spam}'),
    '5:33',
    'data.label goes with data.file',
  ),
  broken('a file without label', changed('data: spambase', 'data: {file: mails.csv}'), '5:3', 'data.label is missing'),
  broken(
    'two sources of rows',
    changed('data: spambase', 'data: {name: spambase, file: mails.csv}'),
    '5:32',
    'give one',
  ),
  broken(
    'a table of delays where nothing can be read',
    changed('delay: 1 cycle', 'delay: {table: delays.csv}'),
    '10:28',
    'delays.csv',
  ),
  broken('a measurement after the end', changed('{at: log}', '{at: [1, 500]}'), '13:21', 'ends after cycle 200'),
  broken('a claim without a check', changed('    less: MU\n    than: RW\n', ''), '33:11', 'less, range or close'),
  broken('a claim with half a check', changed('    than: RW\n', ''), '36:5', 'needs than'),
  broken(
    'a claim with two checks',
    changed('    than: RW\n', '    than: RW\n    range: MU\n'),
    '38:5',
    'either less or range',
  ),
  broken(
    'a claim with a bound of another',
    changed('    than: RW\n', '    than: RW\n    max: 1\n'),
    '38:5',
    'max does not go with less',
  ),
  broken('a claim on nobody', changed('less: MU', 'less: MUU'), '36:11', '"MUU"', 'did you mean "MU"?'),
  broken(
    'a claim on no level',
    changed('    where: {failures: none}', '    where: {failures: non}'),
    '34:23',
    '"non"',
    'did you mean "none"?',
  ),
  broken(
    'a claim on no axis',
    changed('    where: {failures: none}', '    where: {faults: none}'),
    '34:13',
    '"faults"',
  ),
  broken(
    'a claim that does not say where',
    changed('    where: {failures: none}\n    cycle', '    cycle'),
    '35:5',
    'which level of failures',
  ),
  broken('a claim that does not say when', changed('    cycle: 100\n', ''), '35:5', 'cycle: end'),
  broken(
    'a claim on a cycle that is not measured',
    changed('    cycle: 100', '    cycle: 110'),
    '35:12',
    '110 is not measured',
    '100 and 120',
  ),
  broken(
    'a claim on an excluded cell',
    changed('    where: {failures: none}', '    where: {failures: AF}'),
    '37:11',
    'left out',
  ),
  broken('a reference to nobody', changed('value: 0.111,', 'value: 0.111, contestant: WR,'), '31:70', '"WR"'),
  broken(
    'a reference to no level',
    changed('0.111, where: {failures: none}', '0.111, where: {failures: no}'),
    '31:76',
    '"no"',
  ),
  broken(
    'a reference after the end',
    changed('value: 0.111,', 'value: 0.111, cycle: 1000,'),
    '31:65',
    'end after cycle 200',
  ),
  broken('an exclusion of nobody', changed('contestant: RW, f', 'contestant: WR, f'), '24:18', '"WR"'),
  broken('an exclusion of no level', changed('failures: AF}', 'failures: [AF, FA]}'), '24:37', '"FA"'),
  broken(
    'an exclusion of all that one has',
    changed('{contestant: RW, failures: AF}', '{contestant: RW}'),
    '23:1',
    'contestant "RW" is left',
  ),
  broken('a reduced form of nobody', changed('[MU, RW]', '[MU, WR]'), '28:21', '"WR"'),
  broken('a reduced form of no level', changed('{failures: [none]}', '{failures: [nobody]}'), '29:21', '"nobody"'),
  broken(
    'an axis that is called contestant',
    changed('  failures:\n', '  contestant:\n'),
    '20:3',
    'cannot be called contestant',
  ),
]

/** Files with one mistake each. */
export const BROKEN_FILES: readonly BrokenFile[] = [...SYNTAX, ...FORM, ...CONFLICTS]
