package dev.weft.gateway.error;

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

/**
 * What every failure is in HTTP. The code a client sees is the name of the reason, in lower case
 * with dashes.
 */
public final class ErrorTable {

  /** Until memory is free again or a server has restarted nobody can tell; this is a guess. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private ErrorTable() {}

  /** The answer to a frame that failed, or to what the fabric refused to do. */
  public static ErrorAnswer of(ErrorCode code, String message) {
    return new ErrorAnswer(status(code), name(code), message, retryAfter(code));
  }

  /** The answer to a frame that was let go on purpose. */
  public static ErrorAnswer of(Answer.Dropped dropped) {
    var message = "dropped at '%s': %s".formatted(dropped.where(), sentence(dropped.reason()));
    var retryAfter =
        dropped
            .retryAfter()
            .or(() -> status(dropped.reason()) == 503 ? Optional.of(SOON) : Optional.empty());
    return new ErrorAnswer(status(dropped.reason()), name(dropped.reason()), message, retryAfter);
  }

  /** The answer to a request that could not be read. */
  public static ErrorAnswer of(ProtocolException problem) {
    var fault = problem.fault();
    var retryAfter = fault == Fault.NO_MEMORY ? Optional.of(SOON) : Optional.<Duration>empty();
    return new ErrorAnswer(
        status(fault), name(fault), String.valueOf(problem.getMessage()), retryAfter);
  }

  /** The answer to who is turned away. */
  public static ErrorAnswer of(AccessException refusal) {
    var code = refusal.denial().isForbidden() ? "forbidden" : "unauthenticated";
    return new ErrorAnswer(status(refusal.denial()), code, String.valueOf(refusal.getMessage()));
  }

  /** The answer where nothing is. */
  public static ErrorAnswer unknownPath(String path) {
    return unknownPath(path, "one below /v2, /weft/v1 or /ui");
  }

  /** The answer where nothing but {@code expected} is. */
  public static ErrorAnswer unknownPath(String path, String expected) {
    return new ErrorAnswer(
        404, "not-found", "path: '%s' (expected: %s)".formatted(shown(path), expected));
  }

  /** The answer to a method that a path does not know. */
  public static ErrorAnswer wrongMethod(String method, String path, String expected) {
    return new ErrorAnswer(
        405,
        "method-not-allowed",
        "%s %s (expected: %s)".formatted(shown(method), shown(path), expected));
  }

  /** The answer to what is no HTTP, or not one that is served here. */
  public static ErrorAnswer brokenHttp(int status, String message) {
    var code = status == 413 ? "too-large" : status >= 500 ? "internal" : "bad-http";
    return new ErrorAnswer(status, code, shown(message));
  }

  /** The HTTP status of a failure. */
  static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_INPUT, INVALID_MANIFEST -> 400;
      case NOT_FOUND -> 404;
      case FAILED_PRECONDITION -> 409;
      case OVERLOADED -> 429;
      case CANCELLED -> 499;
      case BAD_ARTIFACT, STAGE_FAILED, STAGE_BROKE_CONTRACT, STAGE_CRASHED, IO_FAILED, INTERNAL ->
          500;
      case OUT_OF_MEMORY, UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  /** The HTTP status of a frame that was dropped. */
  static int status(DropReason reason) {
    return switch (reason) {
      case UNPAIRED -> 400;
      case IN_FLIGHT_LIMIT,
          IN_FLIGHT_BYTES,
          DEADLINE_OUT_OF_REACH,
          QUEUE_FULL,
          SUPERSEDED,
          PAIRING_FULL,
          PREEMPTED ->
          429;
      case UNLOADING -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  /** The HTTP status of a request that could not be read. */
  static int status(Fault fault) {
    return switch (fault) {
      case INVALID, TRUNCATED, NOT_OFFERED -> 400;
      case FOREIGN -> 403;
      case TOO_SLOW -> 408;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_ENCODING -> 415;
      case NO_MEMORY -> 503;
    };
  }

  /** The HTTP status of who is turned away. */
  static int status(Denial denial) {
    return switch (denial) {
      case MISSING, MALFORMED, UNKNOWN, EXPIRED, UNFIT -> 401;
      case ROLE, TENANT -> 403;
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
