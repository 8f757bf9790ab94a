package dev.weft.gateway.access;

import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.reading.FieldType.Choice;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.ObjectType;
import java.util.Arrays;
import java.util.List;

/** Every field of an access file. */
final class AccessFields {

  private static final int KEYS_MAX = 10_000;
  private static final int ISSUERS_MAX = 16;

  private static final ListOf ROLES =
      new ListOf(
          new Choice(Arrays.stream(Role.values()).map(Role::word).toList()),
          1,
          Role.values().length);

  private static final ObjectType KEY =
      ObjectType.of(
          "Key",
          "An account whose credential is a key.",
          required("id", Scalar.TEXT, "qhzkmwtrnbxa", "The part of the key that is no secret."),
          required("tenant", Scalar.NAME, "acme", "For whom its holder acts."),
          required("roles", ROLES, "[infer]", "What its holder may do."),
          required(
              "hash",
              Scalar.TEXT,
              "hmac-sha256:...",
              "What `weft access key` printed; the key itself is kept nowhere."),
          optional(
              "expires",
              Scalar.TEXT,
              "2027-01-31T00:00:00Z",
              "When the key is over, in UTC. Left out: never."),
          optional("note", Scalar.TEXT, "the till in hall 3", "Who holds it, for people."));

  private static final ObjectType ISSUER =
      ObjectType.of(
          "Issuer",
          "Who makes tokens that count here.",
          required("name", Scalar.TEXT, "https://login.example.org", "What `iss` says."),
          required("audience", Scalar.TEXT, "weft", "What must stand in `aud`."),
          required(
              "keys", Scalar.FILE, "login.jwks", "His public keys, a JSON Web Key Set (RFC 7517)."),
          optional("tenantClaim", Scalar.TEXT, "tenant", "org", "The claim with the tenant."),
          optional(
              "rolesClaim", Scalar.TEXT, "roles", "weft_roles", "The claim with one role or more."),
          optional(
              "skew", Scalar.DURATION, "30s", "5s", "How far clocks may be apart, at most 5min."));

  static final ObjectType ACCESS =
      ObjectType.of(
          "Access",
          "Who may use a gateway.",
          required("apiVersion", new Choice(List.of("weft/v1")), "weft/v1", "Always `weft/v1`."),
          required("kind", new Choice(List.of("Access")), "Access", "Always `Access`."),
          optional("keys", new ListOf(new Nested(KEY), 0, KEYS_MAX), "[...]", "Keys."),
          optional(
              "issuers",
              new ListOf(new Nested(ISSUER), 0, ISSUERS_MAX),
              "[...]",
              "Tokens' makers."));

  private AccessFields() {}
}
