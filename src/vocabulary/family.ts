/** A family: requests cut from one scaffold or one niche. It keeps its id over time because the id is that of the anchor which was the first that three accounts had sent. */
export interface Family {
  id: string;
  events: number;
  accounts: number;
  /** The words that several accounts sent, with slots marked as ⟨slot⟩; null when the text is not at hand any more. */
  exemplar: string | null;
}
