// Tests that let `auto` choose a backend expect the same one everywhere; those of TensorFlow.js run once more with it.
delete process.env['HEARSAY_TFJS_NODE']
