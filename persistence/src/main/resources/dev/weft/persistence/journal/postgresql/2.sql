CREATE TABLE "weft_epoch" (
  "epoch" BIGINT NOT NULL
);
INSERT INTO "weft_epoch" ("epoch") VALUES (0);
