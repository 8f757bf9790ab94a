package dev.weft.link.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.9.8.7", "::1", "0:0:0:0:0:0:0:1", "localhost", "a.LocalHost"})
  void isOfThisMachine(String host) {
    assertTrue(Address.isLoopback(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "10.0.0.7",
        "fe80::1",
        // Names that look like it, and names that may mean anything tomorrow.
        "127.example.org",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "mylocalhost",
        "region-1",
        ""
      })
  void isReachedByOthers(String host) {
    assertFalse(Address.isLoopback(host));
  }

  @Test
  void isReadAsItIsWritten() {
    for (var text : new String[] {"region:7100", "10.0.0.7:1", "[::1]:65535"}) {
      assertEquals(text, Address.of(text).toString());
    }
    for (var wrong : new String[] {"region", ":7100", "region:0", "region:65536", "region:a", ""}) {
      assertThrows(IllegalArgumentException.class, () -> Address.of(wrong), wrong);
    }
  }
}
