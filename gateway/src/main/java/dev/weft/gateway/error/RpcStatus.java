package dev.weft.gateway.error;

/** How gRPC says that a call failed, by the names of its status codes. */
public enum RpcStatus {
  CANCELLED,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  UNAUTHENTICATED
}
