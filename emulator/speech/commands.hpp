#pragma once

#include <string_view>

namespace reprise::emulator {

/// A JSGF grammar of the sentences that the emulator has answers for. A recogniser that knows only
/// these recognises them far more reliably than the open English model (docs/emulator.md lists what
/// is tested).
inline constexpr std::string_view kCommandGrammar = R"(#JSGF V1.0;
grammar commands;
public <command> = <greeting> | <count> | <time> | <story> | <stop> | <see> | <who> | <thanks>
                 | <bye>;
<greeting> = hello | hi | good morning | good afternoon | good evening | how are you;
<digit> = one | two | three | four | five | six | seven | eight | nine;
<number> = <digit> | ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen
         | eighteen | nineteen | (twenty | thirty | forty | fifty) [<digit>];
<count> = [please] count [to <number>] [please];
<time> = what time is it [now] | what is the time | [please] tell me the time;
<story> = [please] tell me a [[very] long] story [please] | tell me another story;
<stop> = stop | please stop | stop please | that is enough | be quiet;
<see> = what do you see | what can you see | what am i showing you
      | [please] describe (the | this) (picture | image) | describe what you see;
<who> = who are you | what is your name | what can you do;
<thanks> = thank you | thank you very much;
<bye> = goodbye | bye bye | see you later;
)";

}  // namespace reprise::emulator
