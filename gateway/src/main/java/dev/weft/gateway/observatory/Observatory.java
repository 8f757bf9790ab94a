package dev.weft.gateway.observatory;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.AnswerRelay;
import dev.weft.fabric.pipeline.Plan;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What operators see of one node, from when this is made until it is closed. Threadsafe.
 *
 * <p>Each answer costs a few counts and one small object that is remembered; all else is done once
 * a second, and most of that only while somebody looks.
 */
public final class Observatory implements AutoCloseable {

  /** Quantiles are taken over as many seconds. */
  static final int QUANTILE_SECONDS = 10;

  /** Frames of each list. */
  private static final int LISTED_MAX = 100;

  private final Weft weft;
  private final NodeObject node;
  private final Events events;
  private final RecentFrames frames;
  private final Sheds sheds = new Sheds();
  private final Map<String, PipelineFlow> flows = new ConcurrentHashMap<>();
  private final Live live;
  private final AnswerRelay.Observing observing;
  private final Runnable flagsEnd;

  private Observatory(Weft weft, String version, ObservatorySettings settings) {
    this.weft = weft;
    this.node = new NodeObject(weft, version);
    this.events = new Events(settings.eventsMax());
    this.frames = new RecentFrames(settings.framesMax());
    this.live = new Live(new Snapshots(), settings.subscribersMax());
    this.observing = weft.observeAnswers(this::answered);
    this.flagsEnd =
        weft.flags()
            .onChange(set -> events.add(set.at(), Event.Kind.FLAG, set.flag(), set.sentence()));
  }

  /**
   * Begins to observe.
   *
   * @param version of the server, as it is told
   */
  public static Observatory of(Weft weft, String version, ObservatorySettings settings) {
    var observatory = new Observatory(weft, version, settings);
    observatory.live.start();
    return observatory;
  }

  private void answered(String pipeline, Lane lane, String tenant, Answer answer) {
    var now = System.currentTimeMillis();
    flow(pipeline).count(lane, answer);
    frames.add(FrameFacts.of(pipeline, lane, tenant, now, answer));
    if (answer instanceof Answer.Dropped(var reason, _, _, _)) {
      sheds.dropped(new Sheds.Place(pipeline, lane, reason), now);
    }
  }

  private PipelineFlow flow(String pipeline) {
    var known = flows.get(pipeline);
    return known == null ? flows.computeIfAbsent(pipeline, _ -> new PipelineFlow()) : known;
  }

  /** What is deployed: graphs, variants, gates. */
  public Map<String, Object> pipelines() {
    return Map.of("pipelines", weft.pipelines().stream().map(PipelineObject::of).toList());
  }

  /** Snapshots, as they come. */
  public Live live() {
    return live;
  }

  /** What happens on the node; others may add to it. */
  public Events events() {
    return events;
  }

  /** Takes note of something that happened now. */
  public void event(Event.Kind kind, String subject, String sentence) {
    events.add(Instant.now(), kind, subject, sentence);
  }

  /** The events remembered, newest first. */
  public Map<String, Object> recentEvents() {
    return Map.of("events", events.all().reversed().stream().map(Event::object).toList());
  }

  /** Some of the last frames, and of those that went in and were not served in full. */
  public Map<String, Object> recentFrames(FrameChoice wanted) {
    var object = new LinkedHashMap<String, Object>();
    object.put("recent", frames.all(wanted, LISTED_MAX).stream().map(FrameFacts::line).toList());
    object.put(
        "lacking", frames.lacking(wanted, LISTED_MAX).stream().map(FrameFacts::line).toList());
    return object;
  }

  /**
   * What happened to a frame, if it is remembered, and where it is found among recorded ones.
   *
   * @param tenants whose frames may be seen
   */
  public Optional<ExplainedFrame> explain(String frame, Predicate<String> tenants) {
    return frames
        .find(frame, tenants)
        .map(facts -> new ExplainedFrame(facts.explained(), facts.remembered()));
  }

  /** Where a frame is found among recorded ones, if it is remembered. */
  public Optional<RememberedFrame> remembered(String frame, Predicate<String> tenants) {
    return frames.find(frame, tenants).map(FrameFacts::remembered);
  }

  /** The id by which a frame is explained; empty for one that never went in. */
  public static Optional<String> frame(String pipeline, Answer answer) {
    var number = answer.timings().frame();
    return number.isPresent()
        ? Optional.of(FrameFacts.id(pipeline, number.getAsLong()))
        : Optional.empty();
  }

  /** Ends what is live, and observes no more. */
  @Override
  public void close() {
    live.close();
    observing.close();
    flagsEnd.run();
  }

  /** Makes snapshots; for one thread. */
  private final class Snapshots implements Live.Source {

    private final Changes changes = new Changes(events);
    private final Deque<Reading> readings = new ArrayDeque<>();
    private long eventsTold;

    @Override
    public void look() {
      var deployed = new HashMap<String, Plan>();
      weft.pipelines().forEach(one -> one.plan().ifPresent(plan -> deployed.put(one.name(), plan)));
      flows.keySet().retainAll(weft.pipelines().stream().map(Pipeline::name).toList());
      changes.plans(deployed, Instant.now());
      changes.sheds(sheds.changes(System.currentTimeMillis()));
      changes.load(weft.load().events());
    }

    @Override
    public void begin() {
      readings.clear();
      readings.add(read());
      eventsTold = events.last();
    }

    @Override
    public String snapshot() {
      var now = read();
      var load = weft.load();
      var rates = new Rates(readings.getFirst(), readings.getLast(), now);
      readings.addLast(now);
      if (readings.size() > QUANTILE_SECONDS) {
        readings.removeFirst();
      }
      var object = new LinkedHashMap<String, Object>();
      object.put("at", Instant.now().toString());
      object.put("node", node.of(load));
      object.put("heatBoundsMillis", heatBounds());
      object.put("pipelines", rates.pipelines(load.pausedLanes()));
      var news = events.since(eventsTold);
      eventsTold = events.last();
      object.put("events", news.stream().map(Event::object).toList());
      object.put("lastEvent", eventsTold);
      return Json.write(object);
    }

    private static List<Double> heatBounds() {
      return Arrays.stream(LatencyGrid.octaveBoundsNanos()).mapToObj(nanos -> nanos / 1e6).toList();
    }

    private Reading read() {
      var pipelines = new HashMap<String, Reading.OfPipeline>();
      weft.pipelines().forEach(one -> pipelines.put(one.name(), read(one)));
      return new Reading(System.nanoTime(), pipelines);
    }

    private Reading.OfPipeline read(Pipeline pipeline) {
      var manifest = pipeline.manifest();
      return new Reading.OfPipeline(
          flow(pipeline.name()).read(),
          Graph.of(manifest),
          manifest.lane(),
          pipeline.inFlight(),
          manifest.door().maxInFlight(),
          pipeline.waiting());
    }
  }
}
