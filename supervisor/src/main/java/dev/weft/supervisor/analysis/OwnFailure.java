package dev.weft.supervisor.analysis;

import dev.weft.stages.spi.ErrorCode;

/** Which failures are a variant's own, where nobody knows what another would have said. */
final class OwnFailure {

  private OwnFailure() {}

  /** Whether a run that fails with {@code code} fails by the variant and not by its input. */
  static boolean is(ErrorCode code) {
    return switch (code) {
      case STAGE_BROKE_CONTRACT,
          STAGE_CRASHED,
          STAGE_FAILED,
          OUT_OF_MEMORY,
          INTERNAL,
          BAD_ARTIFACT,
          UNAVAILABLE,
          IO_FAILED ->
          true;
      case INVALID_INPUT,
          NOT_FOUND,
          INVALID_MANIFEST,
          CANCELLED,
          FAILED_PRECONDITION,
          OVERLOADED,
          DEADLINE_EXCEEDED ->
          false;
    };
  }
}
