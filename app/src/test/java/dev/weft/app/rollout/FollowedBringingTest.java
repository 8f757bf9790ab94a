package dev.weft.app.rollout;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Console;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.fleet.Instruction;
import dev.weft.cluster.fleet.LocalRollout;
import dev.weft.cluster.fleet.LocalRollouts.Beginning;
import dev.weft.cluster.fleet.Order;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.testkit.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process whose manifests lack a candidate, told to begin with it. */
@Timeout(120)
class FollowedBringingTest {

  private static final SiteName REGION = new SiteName("region");
  private static final byte[] SWAPPED = TinyModels.classifier(4, 2, 1);

  @TempDir private Path home;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final CountDownLatch onItsWay = new CountDownLatch(1);
  private final AtomicInteger brought = new AtomicInteger();
  private FollowedRollouts rollouts;
  private Weft weft;

  @BeforeEach
  void write() throws Exception {
    var plain = TinyModels.classifier(4, 2);
    Files.write(home.resolve("plain.onnx"), plain);
    Files.writeString(
        home.resolve("answer.yaml"),
        """
        apiVersion: weft/v1
        kind: Stage
        name: classify
        summary: Scores two classes.
        owner: tests@example.org
        uses: onnx
        abi:
          inputs: [{name: features, datatype: FP32, shape: [1, 4]}]
          outputs: [{name: logits, datatype: FP32, shape: [1, 2]}]
        variants: [{name: plain, artifact: {file: plain.onnx, sha256: %s, size: %d}}]
        ---
        apiVersion: weft/v1
        kind: Pipeline
        name: answer
        summary: Scores two classes.
        owner: tests@example.org
        inputs: [{name: features, datatype: FP32, shape: [1, 4]}]
        steps: [{name: classify, stage: classify, inputs: {features: features}}]
        outputs: {logits: classify.logits}
        """
            .formatted(sha256(plain), plain.length));
    start(Set.of());
  }

  private void start(Set<String> zones) {
    var folder = RolloutFolder.at(home.resolve("rollouts"));
    open.add(folder);
    weft = Weft.embedded(folder.settings(ConfigFactory.load()));
    open.add(weft);
    var pipeline = requireNonNull(manifests().pipelines().get("answer"));
    weft.deploy(pipeline, folder.brought().over(manifests().stages()));
    var console =
        new Console(
            new PrintStream(new ByteArrayOutputStream()),
            new PrintStream(new ByteArrayOutputStream()),
            false);
    var progress = console.progress();
    open.add(progress);
    var fetcher = new Fetcher(home.resolve("cache"), new MavenProcess("mvn"), progress);
    rollouts = new FollowedRollouts(weft, folder.on(weft, fetcher), 1, zones);
    open.add(rollouts);
    rollouts.bringBy(this::bring);
  }

  private void bring(DeclaredVariant declared, SiteName region, Path file)
      throws IOException, InterruptedException {
    brought.incrementAndGet();
    onItsWay.await();
    Files.write(file, SWAPPED);
  }

  @AfterEach
  void end() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    open.clear();
  }

  private ManifestSet manifests() {
    return ManifestFiles.load(
        home.resolve("answer.yaml"), StageKinds.discover(), Verify.STRUCTURE_ONLY);
  }

  private StageManifest stage() {
    return requireNonNull(manifests().stages().get("classify"));
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static Variant variant(String name, byte[] content) throws Exception {
    var artifact =
        new Artifact(
            name + ".onnx", Path.of(""), sha256(content), content.length, Optional.empty());
    return new Variant(name, Optional.empty(), Optional.of(artifact), Map.of(), false);
  }

  private DeclaredVariant swapped() throws Exception {
    return DeclaredVariant.of(stage(), variant("swapped", SWAPPED));
  }

  private static Instruction begin(Optional<DeclaredVariant> declared, String candidate) {
    var manifest =
        """
        apiVersion: weft/v1
        kind: Rollout
        name: other-scores
        summary: Puts another model in place.
        owner: tests@example.org
        stage: classify
        candidate: %s
        limits: {cpu: {ratio: 3}}
        """
            .formatted(candidate);
    return new Instruction(
        "classify", candidate, 1, REGION, Order.BEGIN, List.of(), manifest, declared);
  }

  private Beginning start(DeclaredVariant declared) {
    return rollouts
        .start(begin(Optional.of(declared), declared.name()))
        .toCompletableFuture()
        .join();
  }

  private String refusal(Optional<DeclaredVariant> declared, String candidate) {
    var begun = rollouts.start(begin(declared, candidate)).toCompletableFuture();
    var refused = assertThrows(CompletionException.class, begun::join);
    return String.valueOf(requireNonNull(refused.getCause()).getMessage());
  }

  private LocalRollout latest() {
    return rollouts.latest("classify").toCompletableFuture().join();
  }

  /** As a region does, which tells a node again and again. */
  private void startUntilBegun(DeclaredVariant declared) throws InterruptedException {
    while (!(start(declared) instanceof Beginning.Begun)) {
      TimeUnit.MILLISECONDS.sleep(10); // Until the test's own timeout.
    }
  }

  @Test
  void whatAStageLacksIsBroughtTriedAndThereInTheNextProcess() throws Exception {
    assertEquals(
        new Beginning.Bringing("0 of %d bytes of 'swapped.onnx'".formatted(SWAPPED.length)),
        start(swapped()));
    assertEquals(LocalRollout.Phase.NONE, latest().phase());
    onItsWay.countDown();
    startUntilBegun(swapped());
    assertEquals(LocalRollout.Phase.TRIED, latest().phase());
    assertEquals("swapped", latest().candidate());
    assertEquals(1, brought.get());

    end();
    start(Set.of());

    assertEquals(LocalRollout.Phase.TRIED, latest().phase());
    var stage = requireNonNull(weft.pipeline("answer").stages().get("classify"));
    var file = stage.variant("swapped").orElseThrow().artifact().orElseThrow().path();
    assertEquals(home.resolve("rollouts/brought").toAbsolutePath(), file.getParent());
    assertTrue(rollouts.residency(sha256(SWAPPED)).isAnywhere());
    rollouts.takeBack("classify", "a test says so").toCompletableFuture().join();
    assertEquals(LocalRollout.Phase.TAKEN_BACK, latest().phase());
    startUntilBegun(swapped());
    assertEquals(1, brought.get(), "it is there");
  }

  @Test
  void whatDoesNotFitIsRefusedAndNotBrought() throws Exception {
    var fits = swapped();
    var stage = stage();
    var plain = Files.readAllBytes(home.resolve("plain.onnx"));

    assertTrue(
        refusal(Optional.empty(), "swapped").contains("candidate: 'swapped'"), "as it always was");
    var other = DeclaredVariant.of(stage, variant("plain", SWAPPED));
    var why = refusal(Optional.of(other), "plain");
    assertTrue(why.contains(sha256(plain)) && why.contains(sha256(SWAPPED)), why);
    var kind =
        new DeclaredVariant(
            "classify", "image/resize", 1, fits.abi(), fits.residency(), fits.variant());
    assertTrue(refusal(Optional.of(kind), "swapped").contains("kind 'onnx' here"));
    var raised =
        new DeclaredVariant("classify", "onnx", 2, fits.abi(), fits.residency(), fits.variant());
    assertTrue(refusal(Optional.of(raised), "swapped").contains("ABI '1' here (expected: '2'"));
    var needing =
        new Variant(
            "swapped",
            Optional.empty(),
            fits.artifact(),
            Map.of(),
            false,
            List.of("no-processor-has-it"));
    var needs = refusal(Optional.of(DeclaredVariant.of(stage, needing)), "swapped");
    assertTrue(needs.contains("needs no-processor-has-it, which this node lacks"), needs);
    var german = Residency.within(List.of("eu-de"));
    var elsewhere = new DeclaredVariant("classify", "onnx", 1, fits.abi(), german, fits.variant());
    assertTrue(refusal(Optional.of(elsewhere), "swapped").contains("residency eu-de"));
    assertEquals(0, brought.get());
    assertEquals(LocalRollout.Phase.NONE, latest().phase());
  }

  @Test
  void aNodeThatIsWhereItMayBeBringsIt() throws Exception {
    end();
    start(Set.of("eu-de"));
    var fits = swapped();
    var german = Residency.within(List.of("eu-de"));
    onItsWay.countDown();

    startUntilBegun(new DeclaredVariant("classify", "onnx", 1, fits.abi(), german, fits.variant()));

    assertEquals(german, rollouts.residency(sha256(SWAPPED)));
  }
}
