package dev.weft.cluster.standby;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.site.NodeId;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Security;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.mirror.MirroredBuffer;
import dev.weft.persistence.mirror.SafeStore;
import dev.weft.persistence.mirror.Terms;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Destination;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.outbox.UploadingStore;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The part of a node that records and mirrors: real files and sockets, and no cluster: what others
 * would tell it is told by hand.
 */
final class RecordingNode implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  private final FactBook facts;
  private final Security security = Security.none();
  private final Peers peers;
  private final UploadingStore uploading;
  private final SafeStore store;
  private final Standby standby;
  private final Exchange exchange;
  private long told;

  /**
   * @param folder of its buffer
   * @param to where its outbox sends to
   */
  RecordingNode(String id, Path folder, String to, Map<String, String> settings)
      throws IOException {
    var config = config(folder, settings);
    var node = NodeId.find(id).orElseThrow();
    facts = new FactBook(Duration.ofMinutes(10), 10, System::nanoTime);
    peers = new Peers(id, ExchangeSettings.from(config), security, new SecureRandom());
    var tags = UploadTags.everything();
    var sending = OutboxSettings.from(config.getConfig("weft.persistence.outbox"), "default", tags);
    uploading =
        UploadingStore.open(
            FolderDisk.at(folder),
            FolderDisk.at(folder.resolve(Cursors.FOLDER)),
            TraceSettings.from(config),
            sending,
            new Destination(to).sink(sending.answerTimeout()),
            Duration.ZERO,
            UploadingStore.World.real());
    store = new SafeStore(uploading);
    var terms = new Terms(uploading.source(), Optional.of(new Terms.Upload(to, "default", tags)));
    standby =
        Standby.start(
            node,
            facts,
            peers,
            Optional.of(new MirroredBuffer(store, uploading.buffer(), terms)),
            config,
            new SecureRandom(),
            System::nanoTime);
    exchange =
        Exchange.listen(
            HOST,
            0,
            ExchangeSettings.from(config),
            security,
            Map.of(StandbyDesk.KIND, standby.desk()));
  }

  private static Config config(Path folder, Map<String, String> settings) {
    return ConfigFactory.parseMap(
            Map.of(
                "weft.fabric.trace.folder",
                folder.toString(),
                "weft.cluster.standby.enabled",
                "on",
                "weft.cluster.standby.start-grace",
                "0s",
                "weft.persistence.outbox.batch-delay-max",
                "20ms",
                "weft.persistence.outbox.retry-first",
                "50ms",
                "weft.persistence.outbox.retry-max",
                "200ms"))
        .withFallback(ConfigFactory.parseMap(settings))
        .withFallback(ConfigFactory.load());
  }

  int port() {
    return exchange.port();
  }

  /** Hears that nodes are there, of which each is reached at a port. */
  void hears(Map<String, Integer> ports) {
    ports.forEach((id, port) -> facts.told(Facts.of(id, true, HOST + ":" + port, ++told)));
    standby.look();
  }

  /** Hears that a node mirrors no one any more. */
  void hearsOfEnd(String id) {
    facts.told(Facts.of(id, false, HOST + ":1", ++told));
    standby.look();
  }

  BufferFacts status() {
    return standby.facts();
  }

  String source() {
    return uploading.source() + "-default";
  }

  CompletableFuture<Outcome> append(String text) {
    var key = new TraceKey("till", "sums", "", "default", Instant.now());
    return store
        .append(new TraceEntry(key, text.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture();
  }

  /** Sends nothing more and answers nobody, as after the end of its process. */
  void vanish() throws IOException {
    exchange.close();
    peers.close();
    store.close();
  }

  @Override
  public void close() throws IOException {
    standby.close();
    vanish();
    security.close();
  }
}
