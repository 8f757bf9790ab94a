package dev.weft.sim.world;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.fabric.stage.LoopDispatcher;
import dev.weft.sim.agent.WorldTime;
import java.util.Optional;

/** Lays over the settings of an actor system what lets it run on a machine of a world. */
public final class WorldConfig {

  /** Of a dispatcher: whether what it executes may sleep. */
  static final String THREADS = "weft-sim-threads";

  private static final String WORLD = "weft.sim.world";
  private static final String HOST = "weft.sim.host";
  private static final String EXECUTOR = ".executor";

  private static final Config FIXED =
      ConfigFactory.parseString(
          """
          akka {
            scheduler.implementation = "dev.weft.sim.world.WorldScheduler"
            loggers = []
            loglevel = OFF
            stdout-loglevel = OFF
            log-dead-letters = off
            jvm-shutdown-hooks = off
            coordinated-shutdown.run-by-jvm-shutdown-hook = off
            persistence.journal.plugin = weft.sim.journal
            persistence.snapshot-store.plugin = weft.sim.snapshots
          }
          weft.fabric.load.enabled = off
          weft.sim.journal {
            class = "dev.weft.sim.world.WorldJournal"
            plugin-dispatcher = "akka.actor.default-dispatcher"
            replay-dispatcher = "akka.actor.default-dispatcher"
          }
          weft.sim.snapshots {
            class = "dev.weft.sim.world.WorldSnapshots"
            plugin-dispatcher = "akka.actor.default-dispatcher"
          }
          """);

  /**
   * Of a machine in a cluster. What a joining one is held against is copied at each try, so that is
   * only what is looked at: all of {@code akka.cluster}.
   */
  private static final Config CLUSTERED =
      ConfigFactory.parseString(
          """
          akka {
            actor.provider = "dev.weft.sim.world.WorldProvider"
            remote.use-unsafe-remote-features-outside-cluster = on
            remote.warn-about-direct-use = off
            remote.artery.canonical.port = %d
            cluster.jmx.enabled = off
            cluster.configuration-compatibility-check.sensitive-config-paths.sim = [
              "akka.actor", "akka.coordinated-shutdown", "akka.coordination", "akka.io", "akka.persistence",
              "akka.remote", "java", "jdk", "sun", "weft"
            ]
            cluster.downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
            cluster.sharding.distributed-data.durable.keys = []
            coordinated-shutdown.exit-jvm = off
          }
          weft.cluster.lease.lease-class = "dev.weft.sim.world.WorldLease"
          weft.cluster.begin-lease.lease-class = "dev.weft.sim.world.WorldLease"
          """
              .formatted(WorldTransport.PORT));

  private WorldConfig() {}

  /**
   * As {@link #prepared}, with members of a cluster.
   *
   * @throws IllegalStateException if the JVM was not started so that Akka asks a world for the time
   */
  public static Config clustered(Config config) {
    if (!WorldTime.isInstalled()) {
      throw new IllegalStateException(
          "JVM: Akka asks it for the time (expected: started with -javaagent:weft-sim-VERSION.jar,"
              + " as ./weft does)");
    }
    return prepared(CLUSTERED.withFallback(config));
  }

  /** Where a member of the cluster {@code system} on {@code host} is reached. */
  public static String address(String system, String host) {
    return "akka://%s@%s".formatted(system, hostPort(host));
  }

  /** The same without the system's name. */
  public static String hostPort(String host) {
    return host + ":" + WorldTransport.PORT;
  }

  /** Has every dispatcher execute in a world, one message at a time. Slow; done once for all. */
  public static Config prepared(Config config) {
    var all = FIXED.withFallback(config);
    for (var entry : config.entrySet()) {
      var key = entry.getKey();
      if (key.endsWith(EXECUTOR) && (key.startsWith("akka.") || key.startsWith("weft."))) {
        var dispatcher = key.substring(0, key.length() - EXECUTOR.length());
        var type = dispatcher + ".type";
        var isPinned = config.hasPath(type) && config.getString(type).equals("PinnedDispatcher");
        all = with(all, dispatcher + ".type", "Dispatcher");
        all = with(all, dispatcher + ".throughput", 1);
        all = with(all, dispatcher + "." + THREADS, isPinned);
        all = with(all, key, WorldExecutor.class.getName());
      }
    }
    return all.resolve();
  }

  /**
   * How an actor system is to be set up to run on {@code host}, in its present life.
   *
   * @param prepared settings from {@link #prepared}
   */
  public static ActorSystemSetup setup(Host host, Config prepared) {
    var config = with(with(prepared, WORLD, host.world().id()), HOST, host.name());
    return ActorSystemSetup.create(
        BootstrapSetup.create(Optional.of(WorldLoader.ONLY), Optional.of(config), Optional.empty()),
        new LoopDispatcher.LoopThreads(WorldThreads.factory(host)));
  }

  private static Config with(Config config, String path, Object value) {
    return config.withValue(path, ConfigValueFactory.fromAnyRef(value));
  }

  /** The machine whose settings these are. */
  static Host host(Config config) {
    return World.of(config.getString(WORLD)).host(config.getString(HOST));
  }
}
