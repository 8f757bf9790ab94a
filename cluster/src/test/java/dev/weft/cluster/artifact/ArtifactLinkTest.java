package dev.weft.cluster.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.link.blob.BlobFetch;
import dev.weft.link.blob.BlobHandler;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Reason;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node of a region and one of a shop, between them a wire that can be cut. */
@Timeout(120)
class ArtifactLinkTest {

  private static final String HOST = "127.0.0.1";
  private static final SiteName REGION = new SiteName("region");
  private static final NodeId SHOP = NodeId.find("shop/till").orElseThrow();

  @TempDir private Path folder;

  private final ExecutorService reading = Executors.newVirtualThreadPerTaskExecutor();
  private final ExchangeSettings exchanging = ExchangeSettings.from(ConfigFactory.load());
  private final FactBook seenByRegion = new FactBook(Duration.ofHours(1), 10, System::nanoTime);
  private final FactBook seenByShop = new FactBook(Duration.ofHours(1), 10, System::nanoTime);
  private final AtomicInteger pieces = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();
  private volatile Runnable atPiece = () -> {};
  private volatile List<StageManifest> deployed = List.of();
  private byte[] model = {};
  private FaultProxy wire;
  private Peers peers;

  @BeforeEach
  void start() throws Exception {
    model = new byte[8_000_000];
    new Random(7).nextBytes(model);
    Files.write(folder.resolve("int8.onnx"), model);
    deployed = List.of(stage(Residency.anywhere()));
    wire = FaultProxy.before(HOST, listen(desk(16, reading)).port());
    open.add(wire);
    peers = new Peers(SHOP.toString(), exchanging, Security.none(), new SecureRandom());
    open.add(peers);
    seenByShop.told(Declared.node("region/a", HOST + ":" + wire.port(), Set.of("eu-de")));
  }

  @AfterEach
  void end() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    reading.close();
  }

  private Exchange listen(Handler desk) throws IOException {
    var exchange =
        Exchange.listen(HOST, 0, exchanging, Security.none(), Map.of(BlobHandler.KIND, desk));
    open.add(exchange);
    return exchange;
  }

  private ArtifactDesk desk(int piecesMax, Executor executor) {
    var held = new HeldArtifacts(() -> deployed, _ -> Residency.anywhere());
    return new ArtifactDesk(
        held,
        seenByRegion,
        piecesMax,
        false,
        task ->
            executor.execute(
                () -> {
                  pieces.incrementAndGet();
                  atPiece.run();
                  task.run();
                }));
  }

  private StageManifest stage(Residency residency) {
    return Declared.stage(
        residency,
        Declared.variant("int8", folder.resolve("int8.onnx"), sha256(model), model.length));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private DeclaredVariant declared() {
    var stage = deployed.getFirst();
    return DeclaredVariant.of(stage, stage.defaultVariant());
  }

  private Path file() {
    return folder.resolve("shop").resolve(sha256(model) + ".onnx");
  }

  private void bring(DeclaredVariant declared, Duration patience)
      throws IOException, InterruptedException {
    var settings = new ArtifactSettings(patience.dividedBy(2), patience, 2, 16);
    new PeersArtifactLink(SHOP, peers, seenByShop::all, settings).bring(declared, REGION, file());
  }

  private void bring() throws IOException, InterruptedException {
    bring(declared(), Duration.ofSeconds(30));
  }

  private String failure(DeclaredVariant declared) {
    var failed = assertThrows(IOException.class, () -> bring(declared, Duration.ofSeconds(6)));
    return String.valueOf(failed.getMessage());
  }

  @Test
  void goesOnWhereItWasCutAndFetchesNothingTwice() throws Exception {
    atPiece =
        () -> {
          try {
            if (BlobFetch.arrived(file()) > 4_500_000) {
              wire.cut();
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    var why = failure(declared());
    assertTrue(
        why.startsWith("'int8.onnx', SHA-256 %s: node region/a: ".formatted(sha256(model))), why);
    assertFalse(Files.exists(file()), "half a file has the name of a whole one");
    var arrived = BlobFetch.arrived(file());
    assertTrue(arrived > 4_500_000 && arrived < model.length, () -> "arrived: " + arrived);

    atPiece = () -> {};
    wire.heal();
    var before = pieces.get();
    bring();
    assertArrayEquals(model, Files.readAllBytes(file()));
    var whole = model.length / (256 << 10);
    assertTrue(pieces.get() - before < whole, () -> "%d pieces".formatted(pieces.get() - before));

    var asked = pieces.get();
    bring();
    assertEquals(asked, pieces.get(), "it is there");
  }

  @Test
  void asksTheNextThatMayHaveItWhenOneHasNot() throws Exception {
    var none = listen(new ArtifactDesk(none(), seenByRegion, 16, false, reading));
    seenByShop.gone("region/a");
    seenByShop.told(Declared.node("region/a", HOST + ":" + none.port(), Set.of()));
    seenByShop.told(Declared.node("mall/a", HOST + ":" + wire.port(), Set.of(), "classify@int8"));

    bring();

    assertArrayEquals(model, Files.readAllBytes(file()));
  }

  private static HeldArtifacts none() {
    return new HeldArtifacts(List::of, _ -> Residency.anywhere());
  }

  @Test
  void aFileGoesOnlyToNodesThatAreKnownToBeWhereItMayBe() throws Exception {
    deployed = List.of(stage(Residency.within(List.of("eu-de"))));
    var unknown = failure(declared());
    assertTrue(unknown.contains("not at"), unknown);

    seenByRegion.told(Declared.node(SHOP.toString(), "h:1", Set.of("eu-de")));
    bring();
    assertArrayEquals(model, Files.readAllBytes(file()));
  }

  @Test
  void theAnswerToWhoMustNotHaveAFileIsThatToOneThatIsNotThere() {
    seenByRegion.told(Declared.node(SHOP.toString(), "h:1", Set.of("us-east")));
    var declared = declared();
    deployed = List.of(stage(Residency.within(List.of("eu-de"))));
    var kept = failure(declared);
    deployed = List.of(stage(Residency.onDevice()));
    var device = failure(declared);
    deployed = List.of();
    assertEquals(failure(declared), kept);
    assertEquals(kept, device);
  }

  @Test
  void takesNoMoreThanIsDeclaredAndNothingElse() throws Exception {
    var small = Declared.variant("int8", folder.resolve("int8.onnx"), sha256(model), 1_000);
    var less = DeclaredVariant.of(deployed.getFirst(), small);
    assertTrue(failure(less).contains("8000000 bytes (expected: 0 to 1000)"), failure(less));

    Files.write(folder.resolve("int8.onnx"), new byte[] {1}, StandardOpenOption.APPEND);
    assertTrue(failure(declared()).contains("not at"), "it is not as it was pinned");

    model[7]++;
    Files.write(folder.resolve("int8.onnx"), model);
    model[7]--;
    assertTrue(failure(declared()).contains("digest"), "it is another one of that length");
    assertEquals(0, BlobFetch.arrived(file()), "what is wrong is not kept");
  }

  @Test
  void saysSoWhereNobodyMayHaveIt() {
    seenByShop.gone("region/a");
    assertEquals(
        "'int8.onnx', SHA-256 %s: no node that may have it is reached".formatted(sha256(model)),
        failure(declared()));
  }

  @Test
  void readsNoMorePiecesAtOnceThanABound() throws Exception {
    var release = new CountDownLatch(1);
    atPiece =
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    var desk = desk(1, reading);
    var request = new Asked("shop/till", BlobHandler.KIND, 3, new byte[0], Long.MAX_VALUE);

    var first = desk.handle(request).toCompletableFuture();
    var second = desk.handle(request).toCompletableFuture();
    var busy = assertInstanceOf(Answer.Refused.class, second.join());
    assertEquals(Reason.BUSY, busy.reason());
    release.countDown();
    assertEquals(Reason.FAILED, ((Answer.Refused) first.join()).reason(), "it asks for nothing");
    var third =
        assertInstanceOf(Answer.Refused.class, desk.handle(request).toCompletableFuture().join());
    assertEquals(Reason.FAILED, third.reason());
  }
}
