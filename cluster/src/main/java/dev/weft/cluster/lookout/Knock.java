package dev.weft.cluster.lookout;

/** What becomes of connections to all that a node listens at. */
enum Knock {
  /** Its machine refuses each of them: nobody listens there. */
  REFUSED,
  /** At least one was taken, or nobody said anything in time. */
  UNCLEAR
}
