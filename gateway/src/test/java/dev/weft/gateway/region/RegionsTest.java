package dev.weft.gateway.region;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.protocol.SharedMemory;
import dev.weft.gateway.protocol.SharedPlace;
import dev.weft.stages.spi.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTest {

  private static final String NOBODY = "";
  private static final byte[] CONTENT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

  @TempDir private Path folder = Path.of("");

  private Regions regions() {
    return new Regions(new RegionSettings(true, 3, 100), folder);
  }

  private Path file(String name) throws IOException {
    return Files.write(folder.resolve(name), CONTENT);
  }

  @Test
  void whatIsRegisteredIsThereUntilItIsForgotten() throws Exception {
    file("one");
    var regions = regions();
    regions.register(NOBODY, new Region("b", "/one", 4, 8));
    regions.register(NOBODY, new Region("a", "one", 0, 12));
    assertEquals(
        List.of(new Region("a", "one", 0, 12), new Region("b", "/one", 4, 8)), regions.all(NOBODY));
    assertEquals(new Region("b", "/one", 4, 8), regions.one(NOBODY, "b"));
    precondition("region 'a': registered already", () -> register(regions, "a", "one", 0, 1));
    regions.unregister(NOBODY, "b");
    regions.unregister(NOBODY, "b");
    var gone = assertThrows(WeftException.class, () -> regions.one(NOBODY, "b"));
    assertEquals(ErrorCode.NOT_FOUND, gone.code());
    regions.unregisterAll(NOBODY, false);
    assertEquals(List.of(), regions.all(NOBODY));
  }

  @Test
  void tensorsAreReadFromAndWrittenToTheirPlaces() throws Exception {
    var file = file("one");
    var regions = regions();
    register(regions, "r", "one", 2, 10);
    var memory = regions.of(NOBODY);
    assertArrayEquals(new byte[] {5, 6, 7}, read(memory, new SharedPlace("r", 3, 3)));
    memory.write("y", new SharedPlace("r", 8, 2), ByteBuffer.wrap(new byte[] {70, 80}));
    assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 70, 80}, Files.readAllBytes(file));
  }

  @Test
  void whatIsNotWithinItsFileIsNotRegistered() throws Exception {
    file("one");
    var regions = regions();
    invalid("12 bytes (expected: >= 13", () -> register(regions, "r", "one", 0, 13));
    invalid("12 bytes (expected: >= 13", () -> register(regions, "r", "one", 12, 1));
    invalid("12 bytes (expected", () -> register(regions, "r", "one", 1, Long.MAX_VALUE));
    invalid("0 bytes at 0", () -> register(regions, "r", "one", 0, 0));
    invalid("-1 bytes at 0", () -> register(regions, "r", "one", 0, -1));
    invalid("1 bytes at -1", () -> register(regions, "r", "one", -1, 1));
    assertEquals(List.of(), regions.all(NOBODY));
  }

  @Test
  void whatIsNotWithinItsRegionIsNotUsed() throws Exception {
    file("one");
    var regions = regions();
    register(regions, "r", "one", 4, 4);
    var memory = regions.of(NOBODY);
    for (var at :
        List.of(
            new SharedPlace("r", 0, 5),
            new SharedPlace("r", 4, 1),
            new SharedPlace("r", 5, 0),
            new SharedPlace("r", 1, Long.MAX_VALUE),
            new SharedPlace("r", Long.MAX_VALUE, 1))) {
      invalid("within its 4", () -> memory.require("x", at));
      invalid("within its 4", () -> memory.read("x", at, ByteBuffer.allocate(1)));
      invalid("within its 4", () -> memory.write("x", at, ByteBuffer.allocate(1)));
    }
    var other = new SharedPlace("other", 0, 1);
    invalid("x: region 'other': not registered", () -> memory.require("x", other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        ".",
        "..",
        "/..",
        "../one",
        "/../one",
        "//one",
        "folder/one",
        "folder/../one",
        "one\0",
        "one two",
        "o\u00fc",
        "weft-stage-1-1.region",
        "/weft-stage-1-1.region"
      })
  void aKeyNamesAFileOfTheFolderOrNone(String key) throws Exception {
    file("one");
    file("weft-stage-1-1.region");
    Files.write(Files.createDirectory(folder.resolve("folder")).resolve("one"), CONTENT);
    invalid("key: '", () -> register(regions(), "r", key, 0, 1));
  }

  @Test
  void linksFoldersAndWhatIsNotThereAreRefusedAlike() throws Exception {
    var outside = Files.createDirectory(folder.resolve("elsewhere"));
    var secret = Files.write(outside.resolve("secret"), CONTENT);
    Files.createSymbolicLink(folder.resolve("link"), secret);
    for (var key : List.of("link", "elsewhere", "none")) {
      invalid("regular file of shared memory", () -> register(regions(), "r", key, 0, 1));
    }
  }

  @Test
  void aFileOfAnotherUserIsRefused() throws Exception {
    var isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    assumeTrue(isRoot, "only root can give a file away");
    Files.setAttribute(file("foreign"), "unix:uid", 12_345, LinkOption.NOFOLLOW_LINKS);
    invalid("the server's own user", () -> register(regions(), "r", "foreign", 0, 1));
  }

  @Test
  void aFileThatIsCutAfterwardsIsAnErrorAndIsNotMadeLonger() throws Exception {
    var file = file("one");
    var regions = regions();
    register(regions, "r", "one", 0, 12);
    cut(file, 5);
    var memory = regions.of(NOBODY);
    var all = new SharedPlace("r", 0, 12);
    invalid("5 bytes (expected: >= 12", () -> memory.read("x", all, ByteBuffer.allocate(12)));
    invalid("5 bytes (expected: >= 12", () -> memory.write("y", all, ByteBuffer.allocate(12)));
    assertEquals(5, Files.size(file));
    assertArrayEquals(new byte[] {3, 4}, read(memory, new SharedPlace("r", 3, 2)));
  }

  private static void cut(Path file, long size) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void anotherFileInItsPlaceIsNotUsed() throws Exception {
    var file = file("one");
    var secret = file("secret");
    var regions = regions();
    register(regions, "r", "one", 0, 12);
    var memory = regions.of(NOBODY);
    var at = new SharedPlace("r", 0, 1);

    Files.move(file, folder.resolve("moved"));
    invalid("region 'r'", () -> read(memory, at));
    Files.createSymbolicLink(file, secret);
    invalid("region 'r'", () -> read(memory, at));
    Files.delete(file);
    file("one");
    invalid("another file than was registered", () -> read(memory, at));
    invalid(
        "another file than was registered", () -> memory.write("y", at, ByteBuffer.allocate(1)));
    assertArrayEquals(CONTENT, Files.readAllBytes(file));
    assertArrayEquals(CONTENT, Files.readAllBytes(secret));
  }

  @Test
  void aTenantSeesAndUsesHisOwnOnly() throws Exception {
    file("acme.one");
    var regions = regions();
    regions.register("acme", new Region("r", "/acme.one", 0, 12));
    var at = new SharedPlace("r", 0, 1);
    regions.of("acme").require("x", at);

    assertEquals(List.of(), regions.all("globex"));
    invalid("not registered", () -> regions.of("globex").require("x", at));
    invalid("not registered", () -> regions.of(NOBODY).require("x", at));
    assertThrows(WeftException.class, () -> regions.one("globex", "r"));
    regions.unregister("globex", "r");
    regions.unregisterAll("globex", false);
    regions.of("acme").require("x", at);

    file("globex.one");
    regions.register("globex", new Region("r", "globex.one", 4, 4));
    assertEquals(new Region("r", "/acme.one", 0, 12), regions.one("acme", "r"));

    regions.unregisterAll("globex", true);
    assertEquals(List.of(), regions.all("acme"), "an admin makes room for all");
  }

  @Test
  void aTenantRegistersHisOwnFilesOnly() throws Exception {
    for (var key : List.of("one", "acme.one", "acme.eu.one", "acmeone", "eu.acme.one", "acme")) {
      file(key);
    }
    var regions = regions();
    for (var key : List.of("one", "/one", "acmeone", "acme", "eu.acme.one", "acme.eu.one")) {
      invalid(
          "key: not of tenant 'acme' (expected: 'acme.NAME'",
          () -> regions.register("acme", new Region("r", key, 0, 1)));
    }
    invalid(
        "key: not of tenant 'globex'",
        () -> regions.register("globex", new Region("r", "acme.one", 0, 1)));
    regions.register("acme.eu", new Region("r", "acme.eu.one", 0, 1));
  }

  @Test
  void regionsAreBoundedInNumberAndInBytes() throws Exception {
    Files.write(folder.resolve("large"), new byte[200]);
    var regions = regions();
    register(regions, "1", "large", 0, 60);
    precondition(
        "50 bytes beside what is registered (expected: <= 100",
        () -> register(regions, "2", "large", 0, 50));
    register(regions, "2", "large", 0, 40);
    regions.unregister(NOBODY, "1");
    register(regions, "3", "large", 0, 1);
    register(regions, "4", "large", 0, 1);
    precondition("3 are registered", () -> register(regions, "5", "large", 0, 1));
    invalid("a name of 257 characters", () -> register(regions, "n".repeat(257), "large", 0, 1));
    invalid("a name of 0 characters", () -> register(regions, "", "large", 0, 1));
  }

  @Test
  void whereTheyAreOffNothingCanBeAskedOfThem() {
    var off = Regions.off();
    for (Executable call :
        List.<Executable>of(
            () -> register(off, "r", "one", 0, 1),
            () -> off.unregister(NOBODY, "r"),
            () -> off.unregisterAll(NOBODY, false),
            () -> off.one(NOBODY, "r"),
            () -> off.all(NOBODY))) {
      assertEquals(Fault.NOT_OFFERED, assertThrows(ProtocolException.class, call).fault());
    }
  }

  private static void register(Regions regions, String name, String key, long offset, long bytes) {
    regions.register(NOBODY, new Region(name, key, offset, bytes));
  }

  private static byte[] read(SharedMemory memory, SharedPlace at) {
    var target = ByteBuffer.allocate((int) at.bytes());
    memory.read("x", at, target);
    return target.array();
  }

  private static void invalid(String sentence, Executable call) {
    var problem = assertThrows(ProtocolException.class, call);
    assertEquals(Fault.INVALID, problem.fault());
    said(sentence, problem);
  }

  private static void precondition(String sentence, Executable call) {
    var problem = assertThrows(WeftException.class, call);
    assertEquals(ErrorCode.FAILED_PRECONDITION, problem.code());
    said(sentence, problem);
  }

  private static void said(String sentence, Exception problem) {
    var said = Objects.requireNonNull(problem.getMessage());
    assertTrue(said.contains(sentence), said);
  }
}
