package dev.weft.fabric.lane;

/** Why an item left a queue without being served. */
public enum Displacement {
  /** Its lane was full and it gave way. */
  FULL,
  /** A newer item of the same source came. */
  SUPERSEDED,
  /** Its lane was full and displaces nothing. */
  REFUSED,
  /** Its deadline passed. */
  EXPIRED,
  /** Nobody waited for it any more. */
  UNWANTED
}
