package dev.weft.app.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.rollout.FollowedRollouts;
import dev.weft.app.rollout.RolloutFolder;
import dev.weft.app.rollout.RunningRollouts;
import dev.weft.app.serving.Beside;
import dev.weft.app.serving.ServedCluster;
import dev.weft.app.serving.ServedRecording;
import dev.weft.cluster.artifact.ArtifactSettings;
import dev.weft.cluster.fleet.LocalRollouts;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.cluster.node.NodeConfig;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.link.identity.IdentityException;
import dev.weft.link.identity.Security;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft node}: serves as {@code weft serve} does, as a node of a cluster. */
@Command(
    name = "node",
    description = {
      "Serves pipelines and models as 'weft serve' does, as a node of a cluster: sessions live on"
          + " the nodes of their home site, and their frames run where they live.",
      "It serves before it has joined, and while no other node is there."
    },
    footer = {
      "",
      "Examples:",
      "  weft node --config till.yaml models",
      "  weft node --config till.yaml --settings till.conf models --port 0"
    })
final class NodeCommand extends ServeCommand {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description =
          "The manifest of the node, of kind Node: its site, class, role, and where it listens.")
  private Path manifest = Path.of("");

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "Settings that the manifest does not have, such as the journal's (HOCON).")
  private Optional<Path> settings = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the node is called, in place of the manifest's name.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--reached-at",
      paramLabel = "HOST",
      description =
          "How other nodes reach it, in place of the manifest's hosts: one manifest is for many"
              + " nodes.")
  private Optional<String> host = Optional.empty();

  NodeCommand(Console console, Home home) {
    super(console, home);
  }

  @Override
  Config config() {
    try {
      return NodeConfig.of(node(), more().withFallback(super.config()).resolve());
    } catch (IllegalArgumentException | ConfigException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  private NodeManifest node() {
    var nodes = ManifestFiles.load(manifest, StageKinds.discover()).nodes();
    if (nodes.size() != 1) {
      throw new WrongUse(
          "--config: '%s' declares %d nodes (expected: 1)".formatted(manifest, nodes.size()));
    }
    var node = nodes.values().iterator().next();
    return node.called(name.orElse(node.name()), node.cluster().map(this::reached));
  }

  private Membership reached(Membership cluster) {
    return host.map(cluster::at).orElse(cluster);
  }

  private Config more() {
    return settings
        .map(
            file ->
                ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)))
        .orElseGet(ConfigFactory::empty);
  }

  @Override
  Config keeping(RolloutFolder folder, Config config) {
    return config; // Rollouts are kept where sessions are, in the site's journal.
  }

  @Override
  Beside beside(
      Weft weft, Config config, ServedRecording recording, Optional<RunningRollouts> rollouts) {
    var followed = rollouts.map(running -> followed(weft, running, config));
    try {
      var node =
          ClusterNode.start(
              weft,
              recording.told(config),
              followed.map(LocalRollouts.class::cast),
              recording.mirrored(),
              Security.from(config),
              new SecureRandom(),
              System::nanoTime);
      console()
          .line(
              "node %s, joining by %s; frames of other nodes on %s"
                  .formatted(
                      node.id(),
                      String.join(", ", config.getStringList("weft.cluster.seeds")),
                      config.getString("weft.cluster.link")));
      var isClosing = new AtomicBoolean();
      node.ended().thenRun(() -> endUnless(isClosing, node));
      return new Beside(
          () -> {
            isClosing.set(true);
            followed.ifPresent(FollowedRollouts::close);
            node.close();
          },
          Optional.of(new ServedCluster(node)));
    } catch (IOException e) {
      throw new WorkFailed("%s: %s".formatted(manifest, e.getMessage()), e);
    } catch (IllegalArgumentException | IdentityException e) {
      throw new WrongUse("%s: %s".formatted(manifest, e.getMessage()));
    }
  }

  private static FollowedRollouts followed(Weft weft, RunningRollouts running, Config config) {
    return new FollowedRollouts(
        weft,
        running,
        ArtifactSettings.from(config).bringsMax(),
        config.getStringList("weft.cluster.zones"));
  }

  /** What it has on the disk is whole, as after any end; nothing else of it can be saved. */
  private void endUnless(AtomicBoolean isClosing, ClusterNode node) {
    if (!isClosing.get()) {
      console()
          .note(
              ("weft: node %s was removed from its cluster, as others of its site did not reach"
                      + " it; it ends, to be started again")
                  .formatted(node.id()));
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }
}
