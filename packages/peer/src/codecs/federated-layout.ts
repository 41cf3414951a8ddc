/** Fields of `proto/federated.proto`, by what they hold. The numbers of a message come before its weights, in this order. */
export const FederatedField = {
  kind: 1,
  round: 2,
  age: 3,
  rows: 4,
  seed: 5,
  float32: 6,
  float16: 7,
  int8: 8,
} as const
