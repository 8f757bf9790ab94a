package dev.weft.gateway.error;

/** How gRPC says that a call failed, by the names of its status codes. */
public enum RpcStatus {
  CANCELLED(1),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  UNAUTHENTICATED(16);

  private final int number;

  RpcStatus(int number) {
    this.number = number;
  }

  /** As it goes over the wire. */
  public int number() {
    return number;
  }
}
