# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for fish: as completion.bash, everything is asked of the program's own help.

function __odamv_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    if test (count $words) = 1
        $program --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
        printf '%s\n' --help --version
        return
    end
    set -l help ($program $words[2] --help 2>/dev/null)
    set -l value
    if string match -qr -- '^--[a-z0-9-]+$' $words[-1]
        set value (printf '%s\n' $help | sed -n "s/^  $words[-1] \([A-Z\/]*\)\( .*\)*\$/\1/p")
    end
    switch "$value"
        case E
            $program engines --json 2>/dev/null | sed -n 's/^{"name": "\([^"]*\)".*/\1/p'
        case FILE
            __fish_complete_path $current
        case DIR FOLDER
            __fish_complete_directories $current
        case ''
            if test (count $words) = 2; and string match -q "Usage: odamv $words[2] NAME*" $help[1]
                and not string match -q -- '-*' $current
                $program $words[2] --list 2>/dev/null
                echo page
                return
            end
            printf '%s\n' $help | sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p'
            if printf '%s\n' $help | sed -n 's/--[a-z-]* [A-Z]*//g; /^ *\(Usage\|or\):/p' | grep -q FILE
                __fish_complete_path $current
            end
    end
end
complete -c odamv -f -a '(__odamv_complete)'
