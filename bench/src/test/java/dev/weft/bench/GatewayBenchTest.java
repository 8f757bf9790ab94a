package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench of the gateway works; what its figures are worth is for a quiet machine to tell. */
class GatewayBenchTest {

  @TempDir private Path folder;

  @Test
  void servedModelsAreHeldAgainstARawLoopAndAPlainServer() {
    var names = names("tiny", "start");

    assertTrue(
        names.containsAll(
            List.of(
                "tiny/http-binary/16/cpu",
                "tiny/http-binary/16/p99-to-p50",
                "tiny/http-binary/64/slowest-wait",
                "tiny/http-binary/512/good-to-peak",
                "tiny/http-json/1/p50",
                "tiny/grpc/4/throughput",
                "tiny/plain/512/slowest-refusal",
                "tiny/memory-under-load",
                "start/first-answer",
                "start/memory")),
        names.toString());
  }

  @Test
  void anUnknownCaseIsRefusedBeforeAnythingIsMeasured() {
    var error = assertThrows(BenchException.class, () -> names("tiny", "large"));

    assertEquals(
        "gateway: 'large' (expected: some of [tiny, minilm-int8, start])", error.getMessage());
  }

  @Test
  void aMissingModelIsToldWithHowToGetIt() {
    var error = assertThrows(BenchException.class, () -> names("minilm-int8"));

    assertTrue(error.toString().contains("./weft fetch"), error.toString());
  }

  private List<String> names(String... cases) {
    var figures = new ArrayList<Figure>();
    new GatewayBench().run(new BenchOptions(true, folder, List.of(cases)), figures::add);
    return figures.stream().map(Figure::name).collect(Collectors.toList());
  }
}
