/** The terminal from which a process was started, as long as it is there. */
import { isatty } from "node:tty";

/** Standard input, output and error. */
const STREAMS = [0, 1, 2] as const;

/** Remembers the terminal, and then tells whether it is closed; never true of a process that had none. A closed one is none any more to the system. */
export function watchTerminal(isTerminal: (stream: number) => boolean = isatty): () => boolean {
  const terminals = STREAMS.filter((stream) => isTerminal(stream));
  return () => terminals.length > 0 && !terminals.some((stream) => isTerminal(stream));
}
