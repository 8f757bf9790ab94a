package dev.weft.fabric.trace;

import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.persistence.trace.TraceQuery;
import java.util.Optional;

/** A recorder whose records can be read while more are kept. */
public interface ReadableRecorder extends FrameRecorder {

  /** Under which it records the frames of this process; see {@link FrameRecord#epoch}. */
  long epoch();

  /**
   * What is durable now.
   *
   * @return to be closed, before this is; empty where nothing can be read before the end, as of one
   *     file
   * @throws TraceException if it cannot be read
   */
  Optional<TraceSource> read(TraceQuery query);

  /**
   * What is durable now of frames alone, without what they refer to; reads no more than lies in the
   * time asked for.
   *
   * @return to be closed, before this is; empty as {@link #read}
   * @throws TraceException if it cannot be read
   */
  Optional<TraceSource> readFrames(TraceQuery query);

  /** What frames of this process refer to by this id, of the last that were made. */
  Optional<Fingerprint> fingerprint(String id);
}
