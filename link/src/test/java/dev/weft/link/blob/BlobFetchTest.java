package dev.weft.link.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobFetchTest {

  private static final String HOST = "127.0.0.1";
  private static final long BYTES_MAX = 20_000_000;

  @TempDir Path files;

  private final ExecutorService reading = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger pieces = new AtomicInteger();
  private volatile BetweenPieces between = _ -> {};
  private Exchange exchange;
  private FaultProxy proxy;
  private Peers peers;

  private interface BetweenPieces {
    void at(int piece) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    var folder = new BlobFolder(files.resolve("there"));
    BlobSource source =
        (digest, offset, length) -> {
          between.at(pieces.incrementAndGet());
          return folder.read(digest, offset, length);
        };
    var settings = ExchangeSettings.from(ConfigFactory.load());
    exchange =
        Exchange.listen(
            HOST,
            0,
            settings,
            Security.none(),
            Map.of(BlobHandler.KIND, new BlobHandler(source, reading)));
    proxy = FaultProxy.before(HOST, exchange.port());
    peers = new Peers("test", settings, Security.none(), new SecureRandom());
  }

  @AfterEach
  void end() {
    peers.close();
    proxy.close();
    exchange.close();
    reading.close();
  }

  private BlobFetch fetch(Duration patience) {
    var peer = peers.at(Address.of(HOST, proxy.port()));
    return new BlobFetch(peer, patience.dividedBy(2), patience, BYTES_MAX);
  }

  private BlobFetch fetch() {
    return fetch(Duration.ofSeconds(30));
  }

  private BlobDigest put(byte[] content) throws Exception {
    var hash = MessageDigest.getInstance("SHA-256").digest(content);
    var digest = new BlobDigest(HexFormat.of().formatHex(hash));
    Files.createDirectories(files.resolve("there"));
    Files.write(files.resolve("there").resolve(digest.hex()), content);
    return digest;
  }

  private static byte[] noise(int bytes) {
    var noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return noise;
  }

  private Path here(String name) {
    return files.resolve("here").resolve(name);
  }

  @Test
  void bringsFilesOfAnySize() throws Exception {
    for (var bytes : new int[] {0, 1, 256 << 10, (256 << 10) + 1, 5_000_000}) {
      var content = noise(bytes);
      var digest = put(content);
      var fetched = fetch().fetch(digest, here("f" + bytes));
      assertEquals(bytes, fetched.bytes());
      assertEquals(bytes, fetched.fetched());
      assertArrayEquals(content, Files.readAllBytes(here("f" + bytes)));
      assertEquals(0, fetch().fetch(digest, here("f" + bytes)).fetched(), "it is there");
    }
  }

  @Test
  void goesOnThroughCuts() throws Exception {
    var content = noise(5_000_000);
    var digest = put(content);
    between =
        piece -> {
          if (piece % 5 == 0) {
            proxy.breakConnections();
          }
        };
    fetch().fetch(digest, here("f"));
    assertArrayEquals(content, Files.readAllBytes(here("f")));
  }

  @Test
  void goesOnWhereTheAttemptBeforeEnded() throws Exception {
    var content = noise(3_000_000);
    var digest = put(content);
    between =
        piece -> {
          if (piece == 6) {
            proxy.cut();
          }
        };
    var failed =
        assertThrows(
            BlobException.class, () -> fetch(Duration.ofMillis(500)).fetch(digest, here("f")));
    assertTrue(String.valueOf(failed.getMessage()).startsWith(digest.hex()), failed.getMessage());
    assertFalse(Files.exists(here("f")), "half a file has the name of a whole one");
    between = _ -> {};
    proxy.heal();
    var fetched = fetch().fetch(digest, here("f"));
    assertTrue(fetched.fetched() < content.length && fetched.fetched() > 0, "" + fetched);
    assertArrayEquals(content, Files.readAllBytes(here("f")));
  }

  @Test
  void whatHasAnotherDigestIsNotTakenAndNotKept() throws Exception {
    var content = noise(1_000_000);
    var digest = put(content);
    content[999_999]++;
    Files.write(files.resolve("there").resolve(digest.hex()), content);
    var failed = assertThrows(BlobException.class, () -> fetch().fetch(digest, here("f")));
    assertTrue(String.valueOf(failed.getMessage()).contains("(expected: " + digest), "" + failed);
    try (var left = Files.list(files.resolve("here"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void saysThatThereIsNoneOrThatItIsTooLarge() throws Exception {
    var none = new BlobDigest("0".repeat(64));
    var missing = assertThrows(BlobException.class, () -> fetch().fetch(none, here("f")));
    assertTrue(String.valueOf(missing.getMessage()).contains("not at"), "" + missing);
    var digest = put(noise((int) BYTES_MAX + 1));
    var large = assertThrows(BlobException.class, () -> fetch().fetch(digest, here("f")));
    assertTrue(String.valueOf(large.getMessage()).contains("to 20000000"), "" + large);
    assertThrows(IllegalArgumentException.class, () -> new BlobDigest("../secret"));
  }

  @Test
  void twoDoNotBringOneFileAtOnce() throws Exception {
    var digest = put(noise(10));
    try (var part = PartFile.open(here("f"))) {
      assertEquals(0, part.length());
      assertThrows(BlobException.class, () -> fetch().fetch(digest, here("f")));
    }
  }
}
