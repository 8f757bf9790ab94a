package dev.weft.persistence.mirror;

import dev.weft.persistence.segment.MirrorGroup;
import java.util.Optional;

/** What the owner of a buffer answers its standby. */
public sealed interface Pulled {

  /** What comes next; empty if nothing came within the time that the owner waits. */
  record Next(Terms terms, MirrorGroup group) implements Pulled {}

  /**
   * Nothing comes.
   *
   * @param detail for people
   * @param terms of the owner, as far as it tells them
   */
  record Refused(Reason reason, String detail, Optional<Terms> terms) implements Pulled {}

  /** Nobody answered, or the answer was lost. */
  record Unanswered(String detail) implements Pulled {}

  /** Why nothing comes. */
  enum Reason {
    /** Another node is the standby. */
    NOT_YOURS,
    /** The mirror is of another source: it is to be asked as one that has nothing. */
    OTHER_SOURCE,
    /** The mirror has what the owner has not. */
    DIFFERS,
    /** The owner cannot read what it has, or says what is not understood. */
    FAILED
  }
}
