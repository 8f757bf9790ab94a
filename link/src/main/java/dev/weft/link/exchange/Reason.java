package dev.weft.link.exchange;

/** Why a request has no answer. */
public enum Reason {
  /** The lane, or the receiver, has as many as it takes. */
  BUSY,
  /** The payload of the request or of the answer is above a limit. */
  TOO_LARGE,
  /** The breaker is open, or there was no connection in time. */
  UNREACHABLE,
  /** The time that was left is over. */
  TIMED_OUT,
  /** Whoever asked gave up. */
  CANCELLED,
  /**
   * The request was sent, the connection broke, and the receiver knows its outcome no more: it was
   * started anew, or remembered others meanwhile.
   */
  FORGOTTEN,
  /** What should have answered failed. */
  FAILED,
  /** The receiver has nothing for requests of this kind. */
  UNKNOWN_KIND,
  /** This side was closed, or the receiver is about to end. */
  CLOSED
}
