/**
 * Tasks: what an account decided to do once, however many requests it took. An agent's turns and a person's follow-up questions are sent because of those
 * before them, so where requests are evidence their tasks count: thirty turns of one task are one meeting with a scaffold.
 */
import { RequestFlag, type Population } from "../../vocabulary/fingerprint.js";

/** A turn follows the one before it within this: the longest pause that people make within one session is about ten minutes. */
const PAUSE_MS_MAX = 600_000;

/** The tasks of a population, numbered by account. */
interface Tasks {
  /** Per request. */
  taskOf: Uint32Array;
  /** Tasks of account `a` are `offsets[a] … offsets[a + 1] - 1`. */
  offsets: Uint32Array;
  /** Per task the last count that met it. */
  metBy: Uint32Array;
  counts: number;
}

const tasksOf = new WeakMap<Population, Tasks>();

function openTasks(population: Population): Tasks {
  let tasks = tasksOf.get(population);
  if (!tasks) tasksOf.set(population, (tasks = divideIntoTasks(population)));
  return tasks;
}

/** How many tasks these requests are of. */
export function countTasks(population: Population, rows: Uint32Array): number {
  const tasks = openTasks(population);
  tasks.counts += 1;
  let count = 0;
  for (const row of rows) {
    const task = tasks.taskOf[row];
    if (tasks.metBy[task] === tasks.counts) continue;
    tasks.metBy[task] = tasks.counts;
    count += 1;
  }
  return count;
}

/** How many tasks all requests of an account are of. */
export function countAccountTasks(population: Population, account: number): number {
  const { offsets } = openTasks(population);
  return offsets[account + 1] - offsets[account];
}

/**
 * A request that brings no earlier turns along begins a task; so does one whose text is unknown, which may be anything. One with earlier turns goes on with
 * what its account did last under the same system prompt.
 */
function divideIntoTasks({ requests, requestOffsets }: Population): Tasks {
  const taskOf = new Uint32Array(requests.count);
  const offsets = new Uint32Array(requestOffsets.length);
  let count = 0;
  for (let account = 0; account + 1 < requestOffsets.length; account++) {
    const lastRows = new Map<number, number>();
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const system = requests.systemFamily[row];
      const last = lastRows.get(system);
      const bringsTurns = (requests.flags[row] & (RequestFlag.hasText | RequestFlag.singleTurn)) === RequestFlag.hasText;
      const goesOn = bringsTurns && last !== undefined && requests.atMs[row] - requests.atMs[last] <= PAUSE_MS_MAX;
      taskOf[row] = goesOn ? taskOf[last] : count++;
      lastRows.set(system, row);
    }
    offsets[account + 1] = count;
  }
  return { taskOf, offsets, metBy: new Uint32Array(count), counts: 0 };
}
