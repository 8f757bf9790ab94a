package dev.weft.fabric.session;

import dev.weft.stages.spi.ErrorCode;

/** Why a session did not do what was asked of it. */
public enum SessionRefusal {
  /** The session was never opened. */
  NOT_OPEN(ErrorCode.FAILED_PRECONDITION),
  /** The session is closed. */
  CLOSED(ErrorCode.FAILED_PRECONDITION),
  /** The session belongs to another tenant. */
  OTHER_TENANT(ErrorCode.FAILED_PRECONDITION),
  /** Another feeder has taken over since. */
  STALE_EPOCH(ErrorCode.FAILED_PRECONDITION),
  /** The session is between two sites; it will be at one of them soon. */
  MOVING(ErrorCode.UNAVAILABLE),
  /** The session has gone to another site. */
  MOVED(ErrorCode.FAILED_PRECONDITION),
  /** No node of the session's site is reached now; the request was not sent. */
  UNREACHABLE(ErrorCode.UNAVAILABLE),
  /** What is told does not follow on what was told before. */
  OUT_OF_ORDER(ErrorCode.FAILED_PRECONDITION),
  /** A value is not as declared. */
  INVALID(ErrorCode.INVALID_INPUT),
  /** The session's context would grow over its bound. */
  CONTEXT_FULL(ErrorCode.OVERLOADED),
  /** The contexts of the tenant's sessions on this node would grow over their bound. */
  TENANT_CONTEXT_FULL(ErrorCode.OVERLOADED),
  /** The budget does not reach, or too many blocks are open. */
  OVER_BUDGET(ErrorCode.OVERLOADED),
  /** Too many requests wait for the session. */
  BUSY(ErrorCode.OVERLOADED),
  /** No answer came in time; whether the request took effect shows when it is asked again. */
  UNANSWERED(ErrorCode.DEADLINE_EXCEEDED),
  /** The session stopped before it came to the request, which has changed nothing. */
  STOPPED(ErrorCode.UNAVAILABLE),
  /** The journal failed; whether the request took effect shows when the session is back. */
  JOURNAL_FAILED(ErrorCode.IO_FAILED),
  /** What the journal has of the session cannot be read; it needs a repair. */
  JOURNAL_BROKEN(ErrorCode.IO_FAILED);

  private final ErrorCode code;

  SessionRefusal(ErrorCode code) {
    this.code = code;
  }

  /** As callers outside see it. */
  public ErrorCode code() {
    return code;
  }
}
