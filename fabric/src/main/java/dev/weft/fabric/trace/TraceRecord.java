package dev.weft.fabric.trace;

import dev.weft.fabric.manifest.ManifestDigest;
import dev.weft.fabric.manifest.PipelineManifest;
import java.util.Optional;

/** One thing that a trace tells; {@code weft/trace/v1/trace.proto} says what each field is. */
public sealed interface TraceRecord permits TraceRecord.Aside, FrameRecord {

  /** What frames refer to, or what tells of frames that are not there. */
  sealed interface Aside extends TraceRecord
      permits Fingerprint, Deployment, Content, Loss, Checkpoint {}

  /**
   * A pipeline as it was deployed.
   *
   * @param manifestDigest lower-case hex
   * @param origin file it was read from, where it was recorded
   */
  record Deployment(String pipeline, String manifestDigest, String origin) implements Aside {

    /** Digest over what a manifest says of frames, but for what is recorded of them. */
    public static String digest(PipelineManifest pipeline) {
      return ManifestDigest.of(pipeline.capturing(Optional.empty()));
    }
  }

  /**
   * The content of tensors, kept once for all frames that have it.
   *
   * @param digest SHA-256 of {@code bytes}, lower-case hex
   */
  record Content(String digest, byte[] bytes) implements Aside {}

  /**
   * What was not recorded, or is not there any more: one for each gap.
   *
   * @param pipeline whose frames they were; empty if of several
   * @param epoch of the recorder that counted frames; 0 if a buffer counted its records, which are
   *     frames and what they refer to, by numbers of its own
   * @param first lowest number known; 0 if none is
   * @param last highest number known; 0 if none is
   * @param frames or records; 0 if it is not known how many
   */
  record Loss(String pipeline, long epoch, long first, long last, long frames, String reason)
      implements Aside {

    private static final String DAMAGE = "damage: ";
    private static final String COPIED = "not copied, ";

    /** A place from which on what was written cannot be read. */
    public static Loss damage(String where) {
      return new Loss("", 0, 0, 0, 0, DAMAGE + where);
    }

    /** Whether it tells of damage, which is found when it is read, and not of a gap on purpose. */
    public boolean isDamage() {
      return reason.startsWith(DAMAGE);
    }

    /** As it is told in a copy, which is not damaged itself. */
    public Loss copied() {
      return isDamage() ? new Loss(pipeline, epoch, first, last, frames, COPIED + reason) : this;
    }

    /** Whether frames may be missing that were in the trace once. */
    public boolean isHole() {
      return isDamage() || reason.startsWith(COPIED);
    }

    /** Where the damage is; empty if it is none. */
    public Optional<String> place() {
      return isDamage() ? Optional.of(reason.substring(DAMAGE.length())) : Optional.empty();
    }

    /** Whether records of a buffer are counted, not frames. */
    public boolean isOfRecords() {
      return epoch == 0;
    }

    /** Both gaps as one. */
    Loss with(Loss other) {
      return new Loss(
          pipeline.equals(other.pipeline) ? pipeline : "",
          epoch,
          Math.min(first, other.first),
          Math.max(last, other.last),
          frames + other.frames,
          reason.equals(other.reason) ? reason : reason + ", " + other.reason);
    }
  }

  /**
   * Where a session stood; digests in lower-case hex.
   *
   * @param epoch in which it was opened
   * @param through frames it knew to be in the trace, counted from the mark that begins; 0 for that
   * @param state SHA-256 of the session's state, as it is stored
   * @param chain {@link FrameChain#hash} of those frames
   */
  record Checkpoint(String session, long epoch, long through, String state, String chain)
      implements Aside {

    /** Whether the session's frames are counted from here on. */
    public boolean begins() {
      return through == 0;
    }
  }
}
