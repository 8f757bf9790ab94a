package dev.weft.gateway.error;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Denial;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * What every failure is in HTTP and in gRPC. The code a client sees is the name of the reason, in
 * lower case with dashes.
 */
public final class ErrorTable {

  /** Until memory is free again or a server has restarted nobody can tell; this is a guess. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** One row: a status in each protocol. */
  private record Row(int http, RpcStatus rpc) {}

  private ErrorTable() {}

  /** The answer to what kept a request from being answered. */
  public static ErrorAnswer of(Throwable problem) {
    return switch (problem) {
      case ProtocolException e -> of(e);
      case AccessException e -> of(e);
      case WeftException e -> of(e.code(), String.valueOf(e.getMessage()));
      case CancellationException _ -> of(ErrorCode.CANCELLED, "cancelled by the caller");
      default -> of(ErrorCode.INTERNAL, String.valueOf(problem));
    };
  }

  /** The answer to a frame that failed, or to what the fabric refused to do. */
  public static ErrorAnswer of(ErrorCode code, String message) {
    return answer(row(code), code, message, retryAfter(code));
  }

  /** The answer to a frame that was let go on purpose. */
  public static ErrorAnswer of(Answer.Dropped dropped) {
    var message = "dropped at '%s': %s".formatted(dropped.where(), sentence(dropped.reason()));
    var retryAfter =
        dropped
            .retryAfter()
            .or(() -> row(dropped.reason()).http == 503 ? Optional.of(SOON) : Optional.empty());
    return answer(row(dropped.reason()), dropped.reason(), message, retryAfter);
  }

  /** The answer to a request that could not be read. */
  public static ErrorAnswer of(ProtocolException problem) {
    var fault = problem.fault();
    var retryAfter = fault == Fault.NO_MEMORY ? Optional.of(SOON) : Optional.<Duration>empty();
    return answer(row(fault), fault, String.valueOf(problem.getMessage()), retryAfter);
  }

  private static ErrorAnswer answer(
      Row row, Enum<?> reason, String message, Optional<Duration> retryAfter) {
    return new ErrorAnswer(row.http, row.rpc, name(reason), message, retryAfter);
  }

  /** The answer to who is turned away. */
  public static ErrorAnswer of(AccessException refusal) {
    var code = refusal.denial().isForbidden() ? "forbidden" : "unauthenticated";
    var row = row(refusal.denial());
    return new ErrorAnswer(row.http, row.rpc, code, String.valueOf(refusal.getMessage()));
  }

  /** The answer where nothing is. */
  public static ErrorAnswer unknownPath(String path) {
    return unknownPath(path, "one below /v2, /weft/v1 or /ui");
  }

  /** The answer where nothing but {@code expected} is. */
  public static ErrorAnswer unknownPath(String path, String expected) {
    return new ErrorAnswer(
        404,
        RpcStatus.NOT_FOUND,
        "not-found",
        "path: '%s' (expected: %s)".formatted(shown(path), expected));
  }

  /** The answer to a method that a path does not know. */
  public static ErrorAnswer wrongMethod(String method, String path, String expected) {
    return new ErrorAnswer(
        405,
        RpcStatus.UNIMPLEMENTED,
        "method-not-allowed",
        "%s %s (expected: %s)".formatted(shown(method), shown(path), expected));
  }

  /** The answer to what is no HTTP, or not one that is served here. */
  public static ErrorAnswer brokenHttp(int status, String message) {
    var code = status == 413 ? "too-large" : status >= 500 ? "internal" : "bad-http";
    var rpc = status == 413 ? RpcStatus.RESOURCE_EXHAUSTED : RpcStatus.INTERNAL;
    return new ErrorAnswer(status, rpc, code, shown(message));
  }

  /** The answer to a call of a method that is not there. */
  public static ErrorAnswer unknownMethod(String method, String expected) {
    return new ErrorAnswer(
        400,
        RpcStatus.UNIMPLEMENTED,
        name(Fault.NOT_OFFERED),
        "method '%s': not offered (expected: %s)".formatted(shown(method), expected));
  }

  private static Row row(ErrorCode code) {
    return switch (code) {
      case INVALID_INPUT, INVALID_MANIFEST -> new Row(400, RpcStatus.INVALID_ARGUMENT);
      case NOT_FOUND -> new Row(404, RpcStatus.NOT_FOUND);
      case FAILED_PRECONDITION -> new Row(409, RpcStatus.FAILED_PRECONDITION);
      case OVERLOADED -> new Row(429, RpcStatus.UNAVAILABLE);
      case CANCELLED -> new Row(499, RpcStatus.CANCELLED);
      case BAD_ARTIFACT, STAGE_FAILED, STAGE_BROKE_CONTRACT, STAGE_CRASHED, IO_FAILED, INTERNAL ->
          new Row(500, RpcStatus.INTERNAL);
      case OUT_OF_MEMORY -> new Row(503, RpcStatus.RESOURCE_EXHAUSTED);
      case UNAVAILABLE -> new Row(503, RpcStatus.UNAVAILABLE);
      case DEADLINE_EXCEEDED -> new Row(504, RpcStatus.DEADLINE_EXCEEDED);
    };
  }

  private static Row row(DropReason reason) {
    return switch (reason) {
      case UNPAIRED -> new Row(400, RpcStatus.INVALID_ARGUMENT);
      case IN_FLIGHT_LIMIT, DEADLINE_OUT_OF_REACH, QUEUE_FULL, PAIRING_FULL, PREEMPTED ->
          new Row(429, RpcStatus.UNAVAILABLE);
      case IN_FLIGHT_BYTES -> new Row(429, RpcStatus.RESOURCE_EXHAUSTED);
      // Clients that try again by themselves when a server is unavailable must not do so here.
      case SUPERSEDED -> new Row(429, RpcStatus.ABORTED);
      case UNLOADING -> new Row(503, RpcStatus.UNAVAILABLE);
      case DEADLINE_EXCEEDED -> new Row(504, RpcStatus.DEADLINE_EXCEEDED);
    };
  }

  private static Row row(Fault fault) {
    return switch (fault) {
      case INVALID, TRUNCATED -> new Row(400, RpcStatus.INVALID_ARGUMENT);
      case NOT_OFFERED -> new Row(400, RpcStatus.UNIMPLEMENTED);
      case FOREIGN -> new Row(403, RpcStatus.PERMISSION_DENIED);
      case TOO_SLOW -> new Row(408, RpcStatus.DEADLINE_EXCEEDED);
      case TOO_LARGE -> new Row(413, RpcStatus.RESOURCE_EXHAUSTED);
      case UNSUPPORTED_ENCODING -> new Row(415, RpcStatus.UNIMPLEMENTED);
      case NO_MEMORY -> new Row(503, RpcStatus.RESOURCE_EXHAUSTED);
    };
  }

  /** The HTTP status of who is turned away. */
  static int status(Denial denial) {
    return row(denial).http;
  }

  private static Row row(Denial denial) {
    return switch (denial) {
      case MISSING, MALFORMED, UNKNOWN, EXPIRED, UNFIT -> new Row(401, RpcStatus.UNAUTHENTICATED);
      case ROLE, TENANT -> new Row(403, RpcStatus.PERMISSION_DENIED);
    };
  }

  private static Optional<Duration> retryAfter(ErrorCode code) {
    return switch (code) {
      case OVERLOADED, OUT_OF_MEMORY, UNAVAILABLE -> Optional.of(SOON);
      case INVALID_INPUT,
          INVALID_MANIFEST,
          NOT_FOUND,
          FAILED_PRECONDITION,
          CANCELLED,
          BAD_ARTIFACT,
          STAGE_FAILED,
          STAGE_BROKE_CONTRACT,
          STAGE_CRASHED,
          IO_FAILED,
          INTERNAL,
          DEADLINE_EXCEEDED ->
          Optional.empty();
    };
  }

  private static String sentence(DropReason reason) {
    return switch (reason) {
      case IN_FLIGHT_LIMIT -> "as many requests as allowed are inside (expected: try again later)";
      case IN_FLIGHT_BYTES ->
          "the requests inside hold as many bytes as allowed (expected: try again later)";
      case DEADLINE_OUT_OF_REACH ->
          "the answer would come after its deadline (expected: try again later, or more time)";
      case QUEUE_FULL -> "the queue is full (expected: try again later)";
      case SUPERSEDED -> "a newer request of the same source took its place (expected: that one)";
      case UNPAIRED -> "an input it needs did not come in time (expected: all inputs)";
      case PAIRING_FULL -> "as many inputs as allowed wait for others (expected: try again later)";
      case DEADLINE_EXCEEDED -> "the deadline passed (expected: more time)";
      case PREEMPTED -> "it made room for urgent work (expected: try again later)";
      case UNLOADING -> "it is being unloaded (expected: try again later)";
    };
  }

  private static String name(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String shown(String text) {
    return text.length() > 120 ? text.substring(0, 120) + "..." : text;
  }
}
