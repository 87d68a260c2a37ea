"""最小变动: what changes when something happens, as little as possible and with the proof."""
