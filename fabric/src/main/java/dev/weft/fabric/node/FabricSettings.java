package dev.weft.fabric.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.fabric.load.LoadSettings;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.sequence.SequenceSettings;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings under {@code weft.fabric}, read once; {@code reference.conf} tells their meaning and
 * defaults.
 *
 * @param loops inference loops, 0 for one per processor
 * @param cachedBytes most bytes of answers that are kept of one pipeline; 0 for none
 */
public record FabricSettings(
    NodeClass nodeClass,
    int loops,
    long tensorMemoryBytes,
    LeakTracing leakTracing,
    Duration loadTimeout,
    Duration drainTimeout,
    int waitingChanges,
    Duration stallTimeout,
    Duration hangTimeout,
    Duration keepLoaded,
    int reservedLoops,
    Duration reserveFor,
    boolean backgroundBeside,
    ProcessSettings process,
    int pairedKeys,
    SequenceSettings sequences,
    long cachedBytes,
    LoadSettings load) {

  /** Configuration path of the dispatcher that the watch over deadlines runs on. */
  static final String WATCH_DISPATCHER = "weft.fabric.watch-dispatcher";

  private static final String LOOP = "weft.fabric.loop-dispatcher";

  public FabricSettings {
    if (loops < 0) {
      throw new IllegalArgumentException("weft.fabric.loops: %d (expected: >= 0)".formatted(loops));
    }
    if (pairedKeys < 1) {
      throw new IllegalArgumentException(
          "weft.fabric.paired-keys: %d (expected: >= 1)".formatted(pairedKeys));
    }
    if (cachedBytes < 0) {
      throw new IllegalArgumentException(
          "weft.fabric.cached-bytes-max: %d (expected: >= 0)".formatted(cachedBytes));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   */
  public static FabricSettings from(Config config) {
    var fabric = config.getConfig("weft.fabric");
    return new FabricSettings(
        fabric.getEnum(NodeClass.class, "node-class"),
        fabric.getInt("loops"),
        fabric.getBytes("tensor-memory"),
        fabric.getBoolean("leak-tracing") ? LeakTracing.ON : LeakTracing.OFF,
        fabric.getDuration("load-timeout"),
        fabric.getDuration("drain-timeout"),
        fabric.getInt("waiting-changes"),
        fabric.getDuration("stall-timeout"),
        fabric.getDuration("hang-timeout"),
        fabric.getDuration("keep-loaded"),
        fabric.getInt("reserved-loops"),
        fabric.getDuration("reserve-for"),
        fabric.getBoolean("background-beside-urgent"),
        process(fabric),
        fabric.getInt("paired-keys"),
        SequenceSettings.from(fabric.getConfig("sequence")),
        fabric.getBytes("cached-bytes-max"),
        LoadSettings.from(config));
  }

  private static ProcessSettings process(Config fabric) {
    var process = fabric.getConfig("process");
    return ProcessSettings.defaults()
        .withRegionBytes(process.getBytes("region"))
        .withHeapBytes(process.getBytes("heap"))
        .withStandby(process.getBoolean("standby"))
        .withHangAfter(fabric.getDuration("hang-timeout"));
  }

  /** Most of the memory for tensors that one variant may have on lease at once: half of it. */
  public long stageTensorBytes() {
    return tensorMemoryBytes / 2;
  }

  /** The same with a loop for each processor of this machine, if it does not say how many. */
  public FabricSettings onThisMachine() {
    return loops > 0
        ? this
        : with(nodeClass, Runtime.getRuntime().availableProcessors(), tensorMemoryBytes);
  }

  /** The same for the declared node; what it does not say stays. */
  public FabricSettings as(NodeManifest node) {
    return with(
        node.nodeClass(), node.cores().orElse(loops), node.memoryBytes().orElse(tensorMemoryBytes));
  }

  private FabricSettings with(NodeClass otherClass, int otherLoops, long otherMemoryBytes) {
    return new FabricSettings(
        otherClass,
        otherLoops,
        otherMemoryBytes,
        leakTracing,
        loadTimeout,
        drainTimeout,
        waitingChanges,
        stallTimeout,
        hangTimeout,
        keepLoaded,
        reservedLoops,
        reserveFor,
        backgroundBeside,
        process,
        pairedKeys,
        sequences,
        cachedBytes,
        load);
  }

  /** Configuration paths of the dispatchers of {@code count} loops. */
  public static List<String> loopDispatchers(int count) {
    var paths = new ArrayList<String>();
    for (var loop = 0; loop < count; loop++) {
      paths.add("weft.fabric.loops-running.loop-" + loop);
    }
    return paths;
  }

  /** {@code config} for the actor system of a node with {@code count} loops. */
  public static Config withLoopDispatchers(Config config, int count) {
    var all = ConfigFactory.empty();
    for (var path : loopDispatchers(count)) {
      all = all.withValue(path, config.getValue(LOOP));
      all = all.withValue(path + ".id", ConfigValueFactory.fromAnyRef(path));
    }
    return all.withFallback(config.getConfig("weft.fabric.akka").atPath("akka"))
        .withFallback(config.withValue("weft.fabric.loops", ConfigValueFactory.fromAnyRef(count)));
  }
}
