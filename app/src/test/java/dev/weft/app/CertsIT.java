package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Identity;
import dev.weft.link.identity.IdentityFiles;
import dev.weft.link.identity.Security;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft certs}, and nodes that know each other by what it makes. */
class CertsIT {

  @TempDir private Path home;

  private Cli.Ended certs(String site, String... args) {
    var all = new ArrayList<>(List.of("certs"));
    all.addAll(List.of(args));
    all.add("--folder");
    all.add(home.resolve(site).toString());
    return Cli.run(home, all.toArray(String[]::new));
  }

  private static void isDone(Cli.Ended ended) {
    assertEquals(0, ended.code(), ended.err());
  }

  private static void isRefused(int code, String expected, Cli.Ended ended) {
    assertEquals(code, ended.code(), ended.out());
    assertTrue(ended.err().contains(expected), ended.err());
  }

  private Security security(String site, String node) {
    var files = home.resolve(site);
    return Security.of(
        Identity.open(
            new IdentityFiles(
                files.resolve(node + ".pem"),
                files.resolve(node + ".key"),
                files.resolve("trust.pem")),
            Duration.ofHours(1)));
  }

  @Test
  void nodesOfTwoSitesKnowEachOtherByName() throws Exception {
    isDone(certs("berlin", "init", "--site", "berlin"));
    isDone(certs("paris", "init", "--site", "paris"));
    isDone(certs("berlin", "node", "region-1", "--hosts", "localhost,127.0.0.1"));
    isDone(certs("paris", "node", "edge-1"));
    isDone(certs("berlin", "trust", home.resolve("paris/ca.pem").toString()));
    isDone(certs("paris", "trust", home.resolve("berlin/ca.pem").toString()));
    // The first handshake of a JVM, beside two others: that may take a while.
    var settings =
        ExchangeSettings.from(
            ConfigFactory.parseString("weft.link.exchange.connect-timeout = 20s")
                .withFallback(ConfigFactory.load()));
    try (var region = security("berlin", "region-1");
        var edge = security("paris", "edge-1");
        var exchange =
            Exchange.listen(
                "127.0.0.1",
                0,
                settings,
                region,
                Map.of(
                    "who",
                    asked ->
                        CompletableFuture.completedFuture(
                            new Answer.Done(asked.peer().getBytes(StandardCharsets.UTF_8)))));
        var peers = new Peers("edge", settings, edge, new SecureRandom())) {
      var peer = peers.at(Address.of("127.0.0.1", exchange.port()).named("region-1.berlin"));
      var answer =
          peer.ask(new Request("who", 0, new byte[0], Duration.ofSeconds(20)))
              .get(30, TimeUnit.SECONDS);
      assertTrue(answer instanceof Answer.Done, "" + answer);
      assertEquals(
          "edge-1.paris", new String(((Answer.Done) answer).payload(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void showsWhatThereIsAndWhatIsWrongWithIt() throws Exception {
    isDone(certs("berlin", "init", "--site", "berlin"));
    isDone(certs("berlin", "node", "edge-1", "--days", "30", "--key", "rsa"));
    var shown = certs("berlin", "show");
    isDone(shown);
    assertTrue(shown.out().contains("node   edge-1.berlin"), shown.out());
    var json = certs("berlin", "show", "--json").lines();
    assertEquals(3, json.size());
    assertTrue(json.get(1).contains("\"algorithm\":\"RSA\""), json.get(1));

    isDone(certs("berlin", "rotate", "--ca"));
    var old = certs("berlin", "show", "--json").lines().get(2);
    var sha256 = old.replaceAll(".*\"sha256\":\"([0-9a-f]+)\".*", "$1");
    isDone(certs("berlin", "trust", "--remove", sha256.substring(0, 16)));
    var orphan = certs("berlin", "show");
    assertEquals(1, orphan.code());
    assertTrue(orphan.out().contains("whose CA is not in trust.pem"), orphan.out());
    isDone(certs("berlin", "rotate", "--all"));
    isDone(certs("berlin", "show"));
  }

  @Test
  void saysWhatItDoesNotDo() throws Exception {
    isDone(certs("berlin", "init", "--site", "berlin"));
    isRefused(1, "rotate --ca", certs("berlin", "init", "--site", "berlin"));
    isRefused(2, "--site: 'Berlin' (expected: ", certs("b", "init", "--site", "Berlin"));
    isRefused(1, "that 'weft certs init' made", certs("none", "node", "a"));
    isRefused(1, "not there", certs("none", "show"));
    isRefused(2, "--days: 0", certs("berlin", "node", "a", "--days", "0"));
    isRefused(2, "expected: names, --all or --ca", certs("berlin", "rotate"));
    isRefused(2, "expected: a file, or --remove", certs("berlin", "trust"));
    isRefused(1, "node: 'a' (expected: one of [])", certs("berlin", "rotate", "a"));
    isRefused(2, "before the CA's end", certs("berlin", "node", "a", "--days", "36000"));
  }

  @Test
  void aReceiverOfAnOutboxListensToOtherMachinesOverTlsOnly() {
    var receive = List.of("outbox", "receive", "--port", "0", "--into", home + "/u");
    isRefused(2, "weft.link.tls.certificate", run(receive, "--host", "0.0.0.0"));
    isRefused(2, "expected: all three, or none", run(receive, "--tls-cert", "a.pem"));
    isRefused(
        1,
        "a.pem: not there",
        run(receive, "--tls-cert", "a.pem", "--tls-key", "a.key", "--trust", "t.pem"));
  }

  private Cli.Ended run(List<String> command, String... more) {
    var all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return Cli.run(home, all.toArray(String[]::new));
  }
}
