package dev.weft.fabric.replay;

import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.FrameChain;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceCodec;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.persistence.trace.LossReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds what a trace says of sessions, in its marks, against the frames it has of them: each mark
 * must have the hash of the frames before it. Takes the records of a trace in their order, with no
 * frame of a session left out; not threadsafe.
 */
public final class SessionCheck {

  /** Frames whose hash is remembered until a mark asks for it. */
  private static final int REMEMBERED_MAX = 1 << 16;

  /** Sessions that are checked; of more nothing is known. */
  private static final int SESSIONS_MAX = 10_000;

  private static final int TOLD_MAX = 1000;

  /** Losses of records that were in the trace already, and may have been part of a chain. */
  private static final Set<String> TAKEN_OUT =
      Set.of(LossReason.RETENTION_BYTES.name(), LossReason.RETENTION_AGE.name(), "erased");

  /** Whether a place in a session is as somebody says. */
  public enum Match {
    MET,
    NOT_MET,
    /** The trace does not reach there, or lacks frames on the way. */
    UNKNOWN
  }

  /**
   * What was found.
   *
   * @param met marks that have the hash of the frames before them
   * @param unknown marks that cannot be checked, as frames before them are not in the trace
   * @param notMet in words, the first {@value #TOLD_MAX} of those that have another hash
   */
  public record Report(long met, long unknown, List<String> notMet) {

    public Report {
      notMet = List.copyOf(notMet);
    }
  }

  private static final class Line {
    final FrameChain chain = new FrameChain();
    final Map<Long, String> hashes =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > REMEMBERED_MAX;
          }
        };
  }

  private final Map<String, Line> lines = new HashMap<>();
  private final List<String> notMet = new ArrayList<>();
  private long met;
  private long unknown;
  private boolean lacksFrames;

  /** Takes the next record. */
  public void accept(TraceRecord record) {
    switch (record) {
      case FrameRecord frame -> accept(frame);
      case TraceRecord.Checkpoint mark when mark.begins() -> begin(mark.session());
      case TraceRecord.Checkpoint mark -> accept(mark);
      case TraceRecord.Loss loss ->
          lacksFrames |= TAKEN_OUT.contains(loss.reason()) || loss.isHole();
      case TraceRecord.Deployment _, TraceRecord.Content _, Fingerprint _ -> {}
    }
  }

  private void begin(String session) {
    if (lines.size() < SESSIONS_MAX || lines.containsKey(session)) {
      lines.put(session, new Line());
    }
  }

  private void accept(FrameRecord frame) {
    var line = lines.get(frame.session());
    if (line != null) {
      line.chain.add(TraceCodec.encode(frame));
      line.hashes.put(line.chain.frames(), line.chain.hash());
    }
  }

  private void accept(TraceRecord.Checkpoint mark) {
    switch (match(mark.session(), mark.through(), mark.chain())) {
      case MET -> {
        met++;
        forgetBefore(mark);
      }
      case UNKNOWN -> unknown++;
      case NOT_MET -> {
        if (notMet.size() < TOLD_MAX) {
          notMet.add(
              "session '%s', frame %d: another hash than its mark has"
                  .formatted(mark.session(), mark.through()));
        }
      }
    }
  }

  private void forgetBefore(TraceRecord.Checkpoint mark) {
    var line = lines.get(mark.session());
    if (line != null) {
      line.hashes.keySet().removeIf(frame -> frame < mark.through());
    }
  }

  /**
   * Whether a session's frames up to one have a hash, as its own state says it: {@link
   * dev.weft.fabric.session.Checkpoint}.
   */
  public Match match(String session, long through, String hash) {
    var line = lines.get(session);
    var found = line == null ? null : line.hashes.get(through);
    if (found == null) {
      return Match.UNKNOWN;
    }
    if (found.equals(hash)) {
      return Match.MET;
    }
    return lacksFrames ? Match.UNKNOWN : Match.NOT_MET;
  }

  /**
   * What the marks showed. Frames that were taken out of the trace since leave no mark to doubt.
   */
  public Report report() {
    return lacksFrames
        ? new Report(met, unknown + notMet.size(), List.of())
        : new Report(met, unknown, notMet);
  }
}
