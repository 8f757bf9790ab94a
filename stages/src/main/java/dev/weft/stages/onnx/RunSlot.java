package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one model run needs besides memory: the maps handed to the runtime and its run options.
 *
 * <p>Used by one run at a time and reused by the next, so a run allocates neither. Only {@code
 * terminate} may be called by another thread; it does nothing once the run it was meant for ended.
 */
final class RunSlot implements AutoCloseable {

  private final OrtSession session;
  private final RunOptions options;
  private final Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
  private final List<OnnxTensor> open = new ArrayList<>();
  private Cancellation.@Nullable Registration registration;
  private long runs;
  private boolean running;
  private boolean terminated;

  RunSlot(OrtSession session, Feed[] plan) {
    this.session = session;
    try {
      this.options = new RunOptions();
    } catch (OrtException e) {
      throw new StageException(ErrorCode.INTERNAL, "making ONNX Runtime run options failed", e);
    }
    for (var feed : plan) {
      if (feed instanceof Feed.Constant(var name, var value)) {
        feeds.put(name, value);
      }
    }
  }

  /**
   * @throws StageException with {@link ErrorCode#CANCELLED} if that has happened already
   */
  void begin(Cancellation cancellation) {
    if (cancellation == Cancellation.NEVER) {
      return;
    }
    if (cancellation.isCancelled()) {
      throw new StageException(ErrorCode.CANCELLED, "cancelled before the model ran");
    }
    var run = start();
    registration = cancellation.onCancel(() -> terminate(run));
  }

  /** Takes over {@code tensor}; it is closed when the run ends. */
  void feed(String name, OnnxTensor tensor) {
    open.add(tensor);
    feeds.put(name, tensor);
  }

  /** Takes over {@code tensor}, into which the runtime writes the output of this name. */
  void pin(String name, OnnxTensor tensor) {
    open.add(tensor);
    pinned.put(name, tensor);
  }

  /** As {@link #feed}, for a tensor the caller keeps open for several runs and closes. */
  void feedBorrowed(String name, OnnxTensor tensor) {
    feeds.put(name, tensor);
  }

  /** As {@link #pin}, for a tensor the caller keeps open for several runs and closes. */
  void pinBorrowed(String name, OnnxTensor tensor) {
    pinned.put(name, tensor);
  }

  /** Pinned outputs come first in the result, then {@code requested}. */
  OrtSession.Result run(Set<String> requested) throws OrtException {
    return session.run(feeds, requested, pinned, options);
  }

  int pinnedCount() {
    return pinned.size();
  }

  /** Closes the tensors of one model run; the next may follow under the same cancellation. */
  void release() {
    for (var i = 0; i < open.size(); i++) {
      open.get(i).close();
    }
    open.clear();
  }

  void end() {
    release();
    var ended = registration;
    if (ended != null) {
      registration = null;
      ended.close();
      stop();
    }
  }

  @Override
  public void close() {
    options.close();
  }

  private synchronized long start() {
    running = true;
    return ++runs;
  }

  private synchronized void terminate(long run) {
    if (running && run == runs) {
      terminated = true;
      setTerminate(true);
    }
  }

  private synchronized void stop() {
    running = false;
    if (terminated) {
      terminated = false;
      setTerminate(false);
    }
  }

  private void setTerminate(boolean terminate) {
    try {
      options.setTerminate(terminate);
    } catch (OrtException e) {
      throw new StageException(ErrorCode.INTERNAL, "cancelling a model run failed", e);
    }
  }
}
