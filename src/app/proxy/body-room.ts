/** Room for bodies in memory, shared so that nobody can take it from everybody: neither one customer nor any number of strangers. */

/** Who sends a body. */
export interface Sender {
  /** One name for all that one customer sends. */
  name: string;
  /** The model's server has answered this caller lately, or something trusted in front names him. Anybody may make up keys. */
  isKnown: boolean;
}

/** What one body holds of the room. */
export interface HeldRoom {
  /** Takes so many bytes more; false when there is no room, and then none were taken. */
  take(bytes: number): boolean;
  /** Gives all of it back. */
  release: () => void;
}

/** All of the room. */
export interface BodyRoom {
  enter(sender: Sender): HeldRoom;
}

/** Of the whole, so much for one customer, so much for all strangers together, and so much for small bodies alone: each a quarter, so that any two of them leave half. */
const SHARE = 0.25;
/** So much of any body is small: an hour of conversation as text. What is larger holds pictures or files, and waits first. Bytes. */
const SMALL_BYTES = 1024 * 1024;

/**
 * Makes it. A share is never less than the largest body that is taken, or that could not be sent at all.
 *
 * @param bytesMax All bodies together. Where the largest body leaves no quarter of it for small ones, it grows by that quarter.
 */
export function createBodyRoom({ bytesMax, bodyBytesMax }: { bytesMax: number; bodyBytesMax: number }): BodyRoom {
  const wholeMax = Math.max(bytesMax, Math.ceil(bodyBytesMax / (1 - SHARE)));
  const shareMax = Math.max(wholeMax * SHARE, bodyBytesMax);
  const heldByName = new Map<string, number>();
  let held = 0;
  let heldByStrangers = 0;
  const move = ({ name, isKnown }: Sender, bytes: number): void => {
    held += bytes;
    if (!isKnown) heldByStrangers += bytes;
    const own = (heldByName.get(name) ?? 0) + bytes;
    if (own === 0) heldByName.delete(name);
    else heldByName.set(name, own);
  };
  return {
    enter(sender) {
      let mine = 0;
      const hasRoom = (bytes: number): boolean => {
        const isSmall = mine + bytes <= SMALL_BYTES;
        return (
          held + bytes <= (isSmall ? wholeMax : wholeMax * (1 - SHARE)) &&
          (heldByName.get(sender.name) ?? 0) + bytes <= shareMax &&
          (sender.isKnown || heldByStrangers + bytes <= shareMax)
        );
      };
      return {
        take(bytes) {
          if (!hasRoom(bytes)) return false;
          mine += bytes;
          move(sender, bytes);
          return true;
        },
        release() {
          move(sender, -mine);
          mine = 0;
        },
      };
    },
  };
}

/** Callers of whom the model's server took something lately. */
export interface KnownCallers {
  has(name: string): boolean;
  /** Learns from an answer's status. */
  note(name: string, status: number): void;
}

/** Callers that are remembered: some hundred bytes each; who was heard of longest ago is a stranger again. */
const CALLERS_MAX = 100_000;

/** Makes it. */
export function createKnownCallers(callersMax = CALLERS_MAX): KnownCallers {
  const names = new Set<string>();
  return {
    has: (name) => names.has(name),
    note(name, status) {
      // Whom it refuses by name is nobody's customer; other refusals and faults tell nothing of him.
      if (status === 401 || status === 403) names.delete(name);
      if (status >= 400) return;
      names.delete(name);
      names.add(name);
      if (names.size > callersMax) names.delete(names.values().next().value ?? "");
    },
  };
}
