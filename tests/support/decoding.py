"""One decoding process for all tests; it starts with the first picture and ends with the test run."""

from streams.decoding.decoder_pool import DecoderPool

DECODER = DecoderPool(1, decode_timeout_s=10)
