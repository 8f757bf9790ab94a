package dev.weft.fabric.trace;

import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.FrameTrace;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import dev.weft.fabric.trace.TraceRecord.Content;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.fabric.trace.TraceRecord.Loss;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records frames to a {@link TraceSink}. Loops only hand over what their frames left; digests are
 * taken and records written by a thread of an executor. Never holds up a frame: what finds no place
 * is not recorded, and each such gap leaves one loss record. Threadsafe.
 */
public final class TraceRecorder implements SessionRecorder {

  private static final int KNOWN_CONTENTS_MAX = 1 << 16;
  private static final int KNOWN_PLANS_MAX = 64;

  /** A frame or a mark to be recorded, and the gap before it. */
  private record Waiting(
      @Nullable FrameTrace frame, @Nullable Checkpoint mark, @Nullable Loss gap) {}

  /**
   * Pipelines of one name that may have frames at a time: the one that is deployed, the one it
   * replaced, and the one that is loaded to replace it.
   */
  private static final int SAME_NAME_MAX = 3;

  /** A pipeline as it is deployed; equal to itself only, as no two are looked up for each other. */
  private static final class Deployed {
    final String digest;
    final PipelineManifest manifest;
    final Map<String, StageManifest> stages;

    Deployed(PipelineManifest manifest, Map<String, StageManifest> stages) {
      this.digest = Deployment.digest(manifest);
      this.manifest = manifest;
      this.stages = Map.copyOf(stages);
    }
  }

  private final TraceSink sink;
  private final Fingerprints fingerprints;
  private final RecorderSettings settings;
  private final Future<?> rounds;
  private final Map<String, Long> notRecorded = new ConcurrentHashMap<>();
  private final Map<String, List<Deployed>> deployed = new ConcurrentHashMap<>();
  private final Map<PlanKey, String> prints = bounded(KNOWN_PLANS_MAX);
  private final Map<String, Fingerprint> made =
      Collections.synchronizedMap(bounded(KNOWN_PLANS_MAX));
  private final Map<String, Boolean> told = bounded(KNOWN_PLANS_MAX);
  private final Map<String, Boolean> contents = bounded(KNOWN_CONTENTS_MAX);
  private final Object door = new Object();
  private final Object writing = new Object();
  private Queue<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private @Nullable Loss gap;
  private @Nullable Loss unwritten;
  private long recorded;
  private boolean isTroubled;
  private boolean closed;

  /** A plan by what it runs; plans of one pipeline differ in their variants. */
  private record PlanKey(Deployed of, List<List<Plan.PlanArm>> arms) {}

  /**
   * Starts to record.
   *
   * @param sink closed with this
   * @param executor whose thread records
   */
  public TraceRecorder(
      TraceSink sink,
      Fingerprints fingerprints,
      RecorderSettings settings,
      ScheduledExecutorService executor) {
    this.sink = sink;
    this.fingerprints = fingerprints;
    this.settings = settings;
    var every = settings.every().toNanos();
    this.rounds = executor.scheduleWithFixedDelay(this::record, every, every, TimeUnit.NANOSECONDS);
  }

  @Override
  public void deployed(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    if (pipeline.capture().isPresent()) {
      var told = new Deployed(pipeline, stages);
      deployed.merge(pipeline.name(), List.of(told), TraceRecorder::before);
    }
  }

  private static List<Deployed> before(List<Deployed> there, List<Deployed> told) {
    var manifest = told.getFirst().manifest;
    var others = there.stream().filter(each -> each.manifest != manifest);
    return Stream.concat(told.stream(), others).limit(SAME_NAME_MAX).toList();
  }

  @Override
  public Capture capture(Capture declared, PipelineManifest pipeline, String tenant) {
    var most = settings.tenants().get(tenant);
    return most == null ? declared : declared.atMost(most);
  }

  @Override
  public void ended(FrameTrace frame) {
    synchronized (door) {
      if (!closed
          && waiting.size() < settings.waitingFramesMax()
          && (waiting.isEmpty() || frame.bytes() <= settings.waitingBytesMax() - waitingBytes)) {
        waiting.add(new Waiting(frame, null, gap));
        waitingBytes += frame.bytes();
        gap = null;
        return;
      }
      var more = loss(frame, "queue-full");
      gap = gap == null ? more : gap.with(more);
    }
    frame.close();
  }

  /** Of the frames it records. */
  public long epoch() {
    return settings.epoch();
  }

  /** What recorded frames refer to by this id, of the last {@value #KNOWN_PLANS_MAX} made. */
  public Optional<Fingerprint> fingerprint(String id) {
    return Optional.ofNullable(made.get(id));
  }

  @Override
  public void follow(Follower follower) {
    sink.follow(follower);
  }

  @Override
  public CompletableFuture<Void> settle() {
    record();
    return sink.settled();
  }

  @Override
  public boolean mark(Checkpoint checkpoint) {
    synchronized (door) {
      return !closed
          && waiting.size() < settings.waitingFramesMax()
          && waiting.add(new Waiting(null, checkpoint, null));
    }
  }

  @Override
  public void passedOver(Capture capture) {
    count(capture.level() == Capture.Level.OFF ? "capture-off" : "not-sampled");
  }

  private void count(String why) {
    notRecorded.merge(why, 1L, Long::sum);
  }

  /** Frames recorded so far. */
  public long recorded() {
    synchronized (writing) {
      return recorded;
    }
  }

  /** What became of the frames so far that were to be recorded; whole once this is closed. */
  public RecordingCounts counts() {
    var dropped = sink.droppedFrames();
    var left = new TreeMap<>(notRecorded);
    dropped.forEach((why, frames) -> left.merge(why, frames, Long::sum));
    var later = dropped.values().stream().mapToLong(Long::longValue).sum();
    return new RecordingCounts(recorded() - later, left);
  }

  /** Records what waits, on the calling thread. */
  public void record() {
    synchronized (writing) {
      Queue<Waiting> taken;
      synchronized (door) {
        taken = waiting;
        waiting = new ArrayDeque<>();
        if (gap != null) {
          taken.add(new Waiting(null, null, gap));
          gap = null;
        }
      }
      if (taken.isEmpty()) {
        return;
      }
      taken.forEach(this::record);
      try {
        sink.flush();
      } catch (TraceException e) {
        warn(e);
      }
    }
  }

  private void record(Waiting next) {
    if (next.gap() != null) {
      note(next.gap());
    }
    var frame = next.frame();
    if (frame != null) {
      record(frame);
    } else if (tellLoss() && next.mark() != null) {
      record(next.mark());
    }
  }

  /** A mark that cannot be kept is no loss: it says nothing that is not in the journal. */
  private void record(Checkpoint mark) {
    try {
      sink.append(mark, "");
    } catch (TraceException e) {
      warn(e);
    }
  }

  private void record(FrameTrace frame) {
    try (frame) {
      // A gap is told before the first frame behind it.
      if (tellLoss()) {
        append(frame);
        recorded++;
        isTroubled = false;
      } else {
        note(loss(frame, "sink-failed"));
      }
    } catch (TraceException e) {
      warn(e);
      note(loss(frame, "sink-failed"));
    } catch (RuntimeException e) {
      // A redaction is foreign code; what it throws costs one record.
      warn(e);
      note(loss(frame, "not-recordable"));
    } finally {
      synchronized (door) {
        waitingBytes -= frame.bytes();
      }
    }
  }

  private void append(FrameTrace frame) {
    var pipeline = frame.plan().manifest();
    var known = known(pipeline);
    var retention = frame.capture().retention();
    if (!told.containsKey(known.digest)) {
      sink.append(
          new Deployment(
              pipeline.name(), known.digest, pipeline.origin().toAbsolutePath().toString()),
          retention);
      told.put(known.digest, true);
    }
    var fingerprint = fingerprint(frame.plan(), known, retention);
    var record =
        new RecordMaker(frame, settings.redaction(), content -> append(content, retention))
            .make(settings.epoch(), fingerprint, known.digest);
    sink.append(record, retention);
  }

  /** As it was deployed with this very manifest; one that is equal may have had other stages. */
  private Deployed known(PipelineManifest pipeline) {
    return deployed.getOrDefault(pipeline.name(), List.of()).stream()
        .filter(each -> each.manifest == pipeline)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException("pipeline '%s' is not known".formatted(pipeline.name())));
  }

  private String fingerprint(Plan plan, Deployed known, String retention) {
    var key = new PlanKey(known, plan.steps().stream().map(Plan.PlanStep::arms).toList());
    var before = prints.get(key);
    if (before != null) {
      return before;
    }
    var print = fingerprints.of(plan, known.stages);
    if (!prints.containsValue(print.id())) {
      sink.append(print, retention);
    }
    prints.put(key, print.id());
    made.put(print.id(), print);
    return print.id();
  }

  private void append(Content content, String retention) {
    if (!sink.keepsContents() || !contents.containsKey(content.digest())) {
      sink.append(content, retention);
      contents.put(content.digest(), true);
    }
  }

  private void note(Loss loss) {
    unwritten = unwritten == null ? loss : unwritten.with(loss);
  }

  /** Whether no gap is left untold. */
  private boolean tellLoss() {
    var loss = unwritten;
    if (loss == null) {
      return true;
    }
    try {
      sink.append(loss, "");
      unwritten = null;
      return true;
    } catch (TraceException e) {
      warn(e);
      return false;
    }
  }

  private Loss loss(FrameTrace frame, String reason) {
    count(reason);
    var number = frame.number();
    return new Loss(frame.plan().manifest().name(), settings.epoch(), number, number, 1, reason);
  }

  @Override
  public void close() {
    rounds.cancel(false);
    record();
    synchronized (door) {
      if (closed) {
        return;
      }
      closed = true;
    }
    record();
    sink.close();
  }

  /** Says so once for each time of trouble, however many frames it costs. */
  private void warn(Exception e) {
    if (isTroubled) {
      return;
    }
    isTroubled = true;
    var log = System.getLogger(TraceRecorder.class.getName());
    if (e instanceof TraceException) {
      // It says what and where; where in the code helps nobody.
      log.log(System.Logger.Level.WARNING, "frames are not recorded: {0}", e.getMessage());
    } else {
      log.log(System.Logger.Level.WARNING, "frames are not recorded", e);
    }
  }

  private static <K, V> Map<K, V> bounded(int max) {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
      }
    };
  }
}
