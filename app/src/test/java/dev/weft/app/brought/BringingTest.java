package dev.weft.app.brought;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.failure.WorkFailed;
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Residency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Variants that come as slowly as the test says. */
@Timeout(60)
class BringingTest {

  private static final SiteName REGION = new SiteName("region");
  private static final String CONTENT = "0123456789".repeat(2);
  private static final DeclaredVariant BETTER = Brought.variant("better", CONTENT);

  @TempDir private Path home;

  /** What the other side says next: text that comes, or why nothing more does. */
  private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> stopped = new CopyOnWriteArrayList<>();
  private BroughtFolder folder;
  private Bringing bringing;

  @BeforeEach
  void open() {
    folder = BroughtFolder.at(home.resolve("brought"));
    bringing = new Bringing(folder, 2, Duration.ofNanos(1));
    bringing.over(this::come);
  }

  @AfterEach
  void close() {
    bringing.close();
    assertEquals(Set.of(), bringing.underWay());
  }

  private void come(DeclaredVariant declared, SiteName region, Path file)
      throws IOException, InterruptedException {
    asked.add(declared.name());
    try {
      var part = file.resolveSibling(file.getFileName() + ".part");
      while (true) {
        var word = words.take();
        if (word.startsWith("!")) {
          throw new IOException(word.substring(1));
        }
        Files.writeString(part, Files.exists(part) ? Files.readString(part) + word : word);
        if (Files.size(part) >= CONTENT.length()) {
          Files.move(part, file);
          return;
        }
      }
    } catch (InterruptedException e) {
      stopped.add(declared.name());
      throw e;
    }
  }

  private String bring() {
    return bringing.bring(BETTER, REGION);
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    while (!condition.holds()) {
      TimeUnit.MILLISECONDS.sleep(1); // Until the test's own timeout.
    }
  }

  private void awaitEnd() throws InterruptedException {
    await(() -> bringing.underWay().isEmpty());
  }

  @Test
  void tellsInTenthsHowMuchHasComeAndKeepsItWhenAllHas() throws Exception {
    assertEquals("0 of 20 bytes of 'better.onnx'", bring());
    words.add(CONTENT.substring(0, 5));
    await(() -> folder.arrived(BETTER) == 5);
    assertEquals("4 of 20 bytes of 'better.onnx'", bring());
    assertEquals(List.of("better"), asked, "it is brought once, however often it is asked for");

    words.add(CONTENT.substring(5));

    await(() -> folder.find(BETTER).isPresent());
    assertTrue(BroughtFolder.at(home.resolve("brought")).find(BETTER).isPresent());
  }

  @Test
  void whatFailedIsToldUntilMoreComesAndIsTriedOnceMoreEachTimeItIsAskedFor() throws Exception {
    bring();
    words.add(CONTENT.substring(0, 5));
    words.add("!node region/a: UNREACHABLE");
    awaitEnd();

    var why = bring();
    assertEquals("variant 'better': node region/a: UNREACHABLE", why);
    await(() -> asked.size() == 2);
    assertEquals(why, bring());
    words.add(CONTENT.substring(5, 10));
    await(() -> folder.arrived(BETTER) == 10);
    assertEquals("10 of 20 bytes of 'better.onnx'", bring());
    words.add(CONTENT.substring(10));
    await(() -> folder.find(BETTER).isPresent());
  }

  @Test
  void whatFailedIsNotTriedAgainAtOnce() throws Exception {
    bringing.close();
    bringing = new Bringing(folder, 2, Duration.ofHours(1));
    bringing.over(this::come);
    bring();
    words.add("!digest 0123 (expected: 4567)");
    awaitEnd();

    assertEquals("variant 'better': digest 0123 (expected: 4567)", bring());
    assertEquals("variant 'better': digest 0123 (expected: 4567)", bring());
    assertEquals(Set.of(), bringing.underWay());
    assertEquals(List.of("better"), asked);
  }

  @Test
  void whatIsStoppedEndsAndGoesOnFromThereWhenItIsAskedForAgain() throws Exception {
    bring();
    words.add(CONTENT.substring(0, 5));
    await(() -> folder.arrived(BETTER) == 5);

    bringing.stop("classify");
    bringing.stop("classify");
    bringing.stop("nothing");

    await(() -> stopped.equals(List.of("better")));
    assertEquals("4 of 20 bytes of 'better.onnx'", bring());
    words.add(CONTENT.substring(5));
    await(() -> folder.find(BETTER).isPresent());
  }

  @Test
  void anotherOneOfTheStageTakesItsPlace() throws Exception {
    bring();
    await(() -> asked.size() == 1);

    var next = Brought.variant("next", CONTENT + "!");
    bringing.bring(next, REGION);

    await(() -> asked.equals(List.of("better", "next")));
    assertEquals(List.of("better"), stopped);
    assertEquals(Set.of(next), bringing.underWay());
  }

  @Test
  void noMoreThanABoundAreBroughtAtOnceAndTheOthersWaitTheirTurn() throws Exception {
    var stages = List.of("a", "b", "c");
    for (var stage : stages) {
      var variant = Brought.variant(stage, "of-" + stage, CONTENT, Residency.anywhere());
      var said = bringing.bring(variant, REGION);
      assertEquals(stage.equals("c"), said.endsWith(", after others that are brought now"), said);
    }
    await(() -> asked.size() == 2);
    bringing.stop("a");
    var last = Brought.variant("c", "of-c", CONTENT, Residency.anywhere());
    assertEquals("0 of 20 bytes of 'of-c.onnx'", bringing.bring(last, REGION));
    await(() -> asked.contains("of-c"));
  }

  @Test
  void aFileThatIsThereIsNotFetched() throws Exception {
    Brought.come(folder, BETTER, CONTENT);

    assertEquals("20 of 20 bytes of 'better.onnx'", bring());

    await(() -> folder.find(BETTER).isPresent());
    assertEquals(List.of(), asked);
  }

  @Test
  void withoutALinkItSaysSo() {
    var alone = new Bringing(folder, 1);
    var why = assertThrows(WorkFailed.class, () -> alone.bring(BETTER, REGION)).getMessage();
    assertEquals("variant 'better': no data link (expected: one, to bring it)", why);
  }
}
