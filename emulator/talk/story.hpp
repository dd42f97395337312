#pragma once

#include <string_view>

namespace reprise::emulator {

/// slt needs well over a minute to speak it, which leaves time to interrupt.
inline constexpr std::string_view kLongStory =
    "Once upon a time, there was a lighthouse at the end of a long and narrow beach. "
    "In the lighthouse lived an old keeper, and a small grey cat. "
    "Every evening, the keeper climbed two hundred steps to light the lamp. "
    "The cat climbed with him, and counted every step. "
    "One autumn night, a thick fog came in from the sea. "
    "The lamp was bright, but the fog was thicker than the light. "
    "Far away, a little fishing boat was looking for the harbour. "
    "The fisherman could see nothing at all, not even his own hands. "
    "The keeper rang the great bell, but the wind carried the sound away. "
    "Then the cat had an idea. "
    "She ran down all two hundred steps, and out to the very end of the beach. "
    "There she sat on the last rock, and she began to sing. "
    "It was not a beautiful song, but it was a very loud one. "
    "The fisherman heard it, and he laughed, because he knew that cat. "
    "He turned his boat towards the song, slowly and carefully. "
    "Soon he saw the pale light of the lamp, and the dark line of the shore. "
    "The boat came safely into the harbour before the morning. "
    "The next day, the fisherman carried a basket up all two hundred steps. "
    "In the basket was the biggest fish that he had caught. "
    "The keeper cooked it with butter, and the cat ate most of it. "
    "From that night on, whenever the fog came in, the two of them went to work together. "
    "One of them kept the light, and the other one sang. "
    "And no boat was ever lost on that beach again. "
    "That is the end of my story.";

inline constexpr std::string_view kShortStory =
    "A snail wanted to see the sea. "
    "She travelled for a whole summer, and everybody told her that she was too slow. "
    "When she arrived, the sun was just going down, and the water was made of gold. "
    "I am glad that I was slow, said the snail. "
    "Otherwise, I would have come too early.";

}  // namespace reprise::emulator
