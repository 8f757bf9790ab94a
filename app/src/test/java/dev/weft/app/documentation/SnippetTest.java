package dev.weft.app.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java in the docs as it stands there. */
class SnippetTest {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));

  private static final String IMPORTS =
      """
      import dev.weft.fabric.embedded.*;
      import dev.weft.fabric.manifest.*;
      import dev.weft.fabric.pairing.*;
      import dev.weft.fabric.pipeline.*;
      import dev.weft.fabric.reading.*;
      import dev.weft.fabric.session.*;
      import dev.weft.fabric.trace.*;
      import dev.weft.stages.spi.*;
      import dev.weft.stages.tensor.*;
      import dev.weft.supervisor.evidence.*;
      import dev.weft.supervisor.node.*;
      import com.typesafe.config.ConfigFactory;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      """;

  private static final String SERVING_IMPORTS =
      """
      import dev.weft.client.*;
      import dev.weft.fabric.embedded.*;
      import dev.weft.fabric.session.*;
      import dev.weft.gateway.server.*;
      import java.nio.file.*;
      import java.util.*;
      """;

  private static final Map<String, String> ANY_FREE_PORT =
      Map.of("weft.gateway.port", "0", "weft.gateway.grpc.port", "0");

  private static final String MANIFESTS =
      """
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Turns numbers into probabilities.
      owner: docs@example.org
      uses: math/softmax
      variants: [{name: one}, {name: two}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: scores
      summary: Scores numbers, twice if wanted.
      owner: docs@example.org
      deadline: 10s
      inputs: [{name: values, datatype: FP32, shape: [1, 3]}]
      steps:
        - {name: score, stage: score, inputs: {values: values}}
        - {name: again, stage: score, gate: extra, inputs: {values: score.probabilities}}
        - {name: third, stage: score, inputs: {values: values}}
      outputs:
        first: score.probabilities
        second: {from: again.probabilities, required: false}
        third: third.probabilities
      gates: {extra: {default: on, summary: Whether to score again.}}
      splits:
        - name: ab
          step: third
          stickyBy: session
          arms: [{name: a, variant: one, weight: 50}, {name: b, variant: two, weight: 50}]
      """;

  private static final String ROLLOUT =
      """
      ---
      apiVersion: weft/v1
      kind: Rollout
      name: two
      summary: Has the other variant answer.
      owner: docs@example.org
      stage: score
      candidate: two
      limits: {outputs: [{tensor: probabilities, metric: max-abs, above: 0.1, share: 1%}]}
      """;

  private static final String KIOSK =
      """
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Turns numbers into probabilities.
      owner: docs@example.org
      uses: math/softmax
      variants: [{name: one}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: kiosk
      summary: Looks and listens.
      owner: docs@example.org
      inputs:
        - {name: picture, datatype: FP32, shape: [1, 3]}
        - {name: sound, datatype: FP32, shape: [1, 3], required: false}
      steps:
        - {name: see, stage: score, inputs: {values: picture}}
        - {name: hear, stage: score, inputs: {values: sound}}
      outputs:
        seen: see.probabilities
        heard: {from: hear.probabilities, required: false}
      """;

  @TempDir private Path folder;

  @Test
  void theReadmeServesAModelInOneLine() throws Exception {
    var model = Files.write(folder.resolve("model.onnx"), TinyModels.classifier(4, 2));
    var printed = run(snippet("README.md", "register"), "Path model", Path.class, model);
    assertEquals("[4.0, 6.0]", printed.strip());
  }

  @Test
  void theEmbeddingGuideServesAModelAsTheReadmeDoes() throws Exception {
    assertEquals(snippet("README.md", "register"), snippet("docs/embedding.md", "register"));
  }

  @Test
  void theEmbeddingGuideServesAModelAndCallsIt() throws Exception {
    var model = Files.write(folder.resolve("model.onnx"), TinyModels.classifier(4, 2));
    var snippet = Snippet.of("docs/embedding.md", "serve", SERVING_IMPORTS);
    ANY_FREE_PORT.forEach(System::setProperty);
    ConfigFactory.invalidateCaches();
    try {
      assertEquals("[4.0, 6.0]", run(snippet, "Path model", Path.class, model).strip());
    } finally {
      ANY_FREE_PORT.keySet().forEach(System::clearProperty);
      ConfigFactory.invalidateCaches();
    }
  }

  @Test
  void theEmbeddingGuideRunsAPipelineFromManifests() throws Exception {
    Files.writeString(folder.resolve("scores.yaml"), MANIFESTS);
    var printed = run(snippet("docs/embedding.md", "load"), "Path folder", Path.class, folder);
    assertTrue(printed.contains("first=FP32[1, 3]"), printed);
  }

  @Test
  void theEmbeddingGuideChangesWhatRuns() throws Exception {
    Files.writeString(folder.resolve("scores.yaml"), MANIFESTS);
    try (var weft = Weft.embedded()) {
      weft.load(folder);
      var pipeline = weft.pipeline("scores");
      run(snippet("docs/embedding.md", "change"), "Pipeline pipeline", Pipeline.class, pipeline);
      assertEquals("off", pipeline.switches().flag("extra").rule().word());
      assertEquals(List.of(90, 10), pipeline.switches().weights().get("ab"));
      assertEquals(
          "two", pipeline.plan().orElseThrow().steps().getFirst().arms().getFirst().variant());
    }
  }

  @Test
  void theEmbeddingGuideRollsAVariantOut() throws Exception {
    Files.writeString(folder.resolve("scores.yaml"), MANIFESTS + ROLLOUT);
    var printed = run(snippet("docs/embedding.md", "rollout"), "Path folder", Path.class, folder);
    assertEquals("PROGRESSING", printed.strip());
    assertTrue(Files.readString(folder.resolve("evidence/score-1.jsonl")).contains("\"two\""));
  }

  @Test
  void theEmbeddingGuidePairsInputsThatArriveAskew() throws Exception {
    Files.writeString(folder.resolve("kiosk.yaml"), KIOSK);
    try (var weft = Weft.embedded()) {
      var manifests = ManifestFiles.load(folder, StageKinds.discover());
      var pipeline = Objects.requireNonNull(manifests.pipelines().get("kiosk"));
      weft.deploy(paired(pipeline), manifests.stages());
      var printed = run(snippet("docs/embedding.md", "offer"), "Weft weft", Weft.class, weft);
      assertTrue(printed.contains(" without []"), printed);
      assertTrue(printed.contains("joined the picture"), printed);
    }
  }

  @Test
  void thePageOnDurabilityKeepsASession() throws Exception {
    var page = Files.readString(ROOT.resolve("docs/durability.md"));
    var settings = page.substring(page.indexOf("    weft.fabric.session {"));
    var config =
        ConfigFactory.parseString(settings.substring(0, settings.indexOf("\n\n")))
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of("weft.persistence.journal.folder", folder.resolve("kept").toString())))
            .withFallback(ConfigFactory.load());
    var printed =
        run(
            snippet("docs/durability.md", "sessions"),
            "com.typesafe.config.Config config",
            Config.class,
            config);
    assertTrue(printed.contains("Text[text=door]"), printed);
  }

  private static PipelineManifest paired(PipelineManifest m) {
    var pairing =
        new Pairing(
            "session",
            List.of("picture", "sound"),
            Duration.ofMillis(20),
            Duration.ofMinutes(1),
            Pairing.DEFAULT_WAITING);
    return new PipelineManifest(
        m.origin(),
        m.name(),
        m.summary(),
        m.owner(),
        m.deadline(),
        m.lane(),
        m.door(),
        Optional.of(pairing),
        m.capture(),
        m.reach(),
        m.inputs(),
        m.steps(),
        m.outputs(),
        m.state(),
        m.gates(),
        m.splits(),
        m.labels());
  }

  private static Snippet snippet(String file, String name) throws IOException {
    return Snippet.of(file, name, IMPORTS);
  }

  private String run(Snippet snippet, String parameter, Class<?> type, Object argument)
      throws Exception {
    return snippet.run(folder, parameter, type, argument);
  }
}
