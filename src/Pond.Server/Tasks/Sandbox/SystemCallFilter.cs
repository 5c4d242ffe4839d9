using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>The system calls that a boxed task can't make, as a program for the kernel's seccomp: classic BPF, as bubblewrap takes it.</summary>
/// <remarks>
/// <para>It lists what is refused, because the tasks run on two runtimes and whatever native code they bring, and a list of what is allowed would break them
/// with each release. Its weakness, the call that nobody knew when the list was written, it does not have: every number above the newest one that
/// was judged does not exist (ENOSYS), nor do the other machine's (x32, 32-bit).</para>
/// <para>Refused is what reaches beyond the box (namespaces, mounts, tracing, keys, modules, clocks, raw and netlink sockets) and what gave the kernel the most
/// holes for the least use here (io_uring, bpf, userfaultfd, perf). Memory that no file and no mapping shows (memfd, System V) is refused because the
/// watch of a box without cgroups could not count it.</para>
/// </remarks>
internal static class SystemCallFilter
{
    // What of linux/audit.h, linux/bpf_common.h and linux/seccomp.h is needed.
    private const uint ArchitectureX64 = 0xC000003E;
    private const uint ArchitectureArm64 = 0xC00000B7;
    private const ushort Load = 0x20;
    private const ushort And = 0x54;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreater = 0x25;
    private const ushort JumpIfAnySet = 0x45;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF0000;
    private const uint KillProcess = 0x80000000;
    private const uint Error = 0x00050000;

    private const int NumberOffset = 0;
    private const int ArchitectureOffset = 4;
    private const int ArgumentsOffset = 16;

    private const uint NotPermitted = Error | 1;
    private const uint NotImplemented = Error | 38;
    private const uint ProtocolUnknown = Error | 93;
    private const uint FamilyUnknown = Error | 97;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.</summary>
    private const uint NewNamespaces = 0x7E020000;

    /// <summary>The newest call that was judged: mseal of Linux 6.10.</summary>
    private const uint Newest = 462;

    // Each with its number on x64 and on ARM64; 0 where there is none.
    private static readonly (uint X64, uint Arm64)[] Refused =
    [
        // Others' memory and processes: ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd, process_madvise, process_mrelease.
        (101, 117), (310, 270), (311, 271), (312, 272), (438, 438), (440, 440), (448, 448),
        // Namespaces and mounts: unshare, setns, mount, umount2, pivot_root, chroot, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick,
        // mount_setattr, statmount, listmount.
        (272, 97), (308, 268), (165, 40), (166, 39), (155, 41), (161, 51), (428, 428), (429, 429), (430, 430), (431, 431), (432, 432), (433, 433),
        (442, 442), (457, 457), (458, 458),
        // Keys of the kernel: add_key, request_key, keyctl.
        (248, 217), (249, 218), (250, 219),
        // Code in the kernel: bpf, init_module, finit_module, delete_module, create_module, query_module, get_kernel_syms, kexec_load, kexec_file_load.
        (321, 280), (175, 105), (313, 273), (176, 106), (174, 0), (178, 0), (177, 0), (246, 104), (320, 294),
        // Looking into it: perf_event_open, userfaultfd, syslog, lookup_dcookie.
        (298, 241), (323, 282), (103, 116), (212, 18),
        // The machine: reboot, swapon, swapoff, sethostname, setdomainname, acct, quotactl, quotactl_fd, nfsservctl, vhangup, iopl, ioperm, modify_ldt, uselib,
        // _sysctl.
        (169, 142), (167, 224), (168, 225), (170, 161), (171, 162), (163, 89), (179, 60), (443, 443), (180, 42), (153, 58), (172, 0), (173, 0), (154, 0),
        (134, 0), (156, 0),
        // Its clock: settimeofday, clock_settime, clock_adjtime, adjtimex.
        (164, 170), (227, 112), (305, 266), (159, 171),
        // Files past their paths: name_to_handle_at, open_by_handle_at, fanotify_init. Others' memory pages: migrate_pages, move_pages.
        (303, 264), (304, 265), (300, 262), (256, 238), (279, 239),
    ];

    // Programs that meet these do without: clone3 (its flags lie in memory, where a filter can't look; libraries take clone then), io_uring_setup,
    // io_uring_enter, io_uring_register, memfd_create, memfd_secret, shmget, shmat, msgget, semget.
    private static readonly (uint X64, uint Arm64)[] Missing =
    [
        (435, 435), (425, 425), (426, 426), (427, 427), (319, 279), (447, 447), (29, 194), (30, 196), (68, 186), (64, 190),
    ];

    /// <summary>Whether there is a filter for this machine.</summary>
    internal static bool IsSupported => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>The program for this machine.</summary>
    internal static byte[] Build()
    {
        var isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64;
        uint On((uint X64, uint Arm64) call) => isArm ? call.Arm64 : call.X64;
        var program = new List<(ushort Code, byte IfTrue, byte IfFalse, uint Value)>();
        void Add(ushort code, uint value, int ifTrue = 0, int ifFalse = 0) => program.Add((code, checked((byte)ifTrue), checked((byte)ifFalse), value));
        void Argument(int index) => Add(Load, (uint)(ArgumentsOffset + (8 * index)));
        void ReturnIf(ushort test, uint value, uint answer)
        {
            Add(test, value, 0, 1);
            Add(Return, answer);
        }

        // Judges one call by its arguments; whatever it does not answer is allowed.
        void Judge(uint call, Action judge)
        {
            var jump = program.Count;
            Add(JumpIfEqual, call);
            judge();
            Add(Return, Allow);
            program[jump] = (JumpIfEqual, 0, checked((byte)(program.Count - jump - 1)), call);
        }

        Add(Load, ArchitectureOffset);
        Add(JumpIfEqual, isArm ? ArchitectureArm64 : ArchitectureX64, 1, 0);
        Add(Return, KillProcess);
        Add(Load, NumberOffset);
        ReturnIf(JumpIfGreater, Newest, NotImplemented);
        foreach (var call in Refused.Select(On).Where(call => call != 0))
        {
            ReturnIf(JumpIfEqual, call, NotPermitted);
        }

        foreach (var call in Missing.Select(On))
        {
            ReturnIf(JumpIfEqual, call, NotImplemented);
        }

        Judge(isArm ? 220u : 56u, () => // clone
        {
            Argument(0);
            ReturnIf(JumpIfAnySet, NewNamespaces, NotPermitted);
        });
        Judge(isArm ? 92u : 135u, () => // personality: asking for it, and the usual one
        {
            Argument(0);
            ReturnIf(JumpIfEqual, 0xFFFFFFFF, Allow);
            ReturnIf(JumpIfEqual, 0, Allow);
            Add(Return, NotPermitted);
        });
        Judge(isArm ? 167u : 157u, () => // prctl: PR_SET_PDEATHSIG, for a box ends with the node only as long as its processes leave that as it is
        {
            Argument(0);
            ReturnIf(JumpIfEqual, 1, NotPermitted);
        });
        Judge(isArm ? 29u : 16u, () => // ioctl: TIOCSTI and TIOCLINUX type into a terminal
        {
            Argument(1);
            ReturnIf(JumpIfEqual, 0x5412, NotPermitted);
            ReturnIf(JumpIfEqual, 0x541C, NotPermitted);
        });
        Judge(isArm ? 198u : 41u, () => // socket
        {
            const int Stream = 1, Datagram = 2, Packets = 5;
            Argument(0);
            // Netlink is as if it did not exist: Node.js then says that there are no network interfaces, where another error ends it.
            ReturnIf(JumpIfEqual, 16, NotImplemented);
            Add(JumpIfEqual, 1, 3, 0);
            Add(JumpIfEqual, 2, 2, 0);
            ReturnIfNot(10, FamilyUnknown);
            Argument(1);
            Add(And, 0xF);
            Add(JumpIfEqual, Stream, 3, 0);
            Add(JumpIfEqual, Datagram, 2, 0);
            ReturnIfNot(Packets, NotPermitted);
            Argument(2);
            ReturnIf(JumpIfEqual, 0, Allow);
            ReturnIf(JumpIfEqual, 6, Allow);
            ReturnIf(JumpIfEqual, 17, Allow);
            Add(Return, ProtocolUnknown);
        });
        Add(Return, Allow);

        var bytes = new byte[8 * program.Count];
        foreach (var (index, (code, ifTrue, ifFalse, value)) in program.Index())
        {
            var instruction = bytes.AsSpan(8 * index);
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, code);
            instruction[2] = ifTrue;
            instruction[3] = ifFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], value);
        }

        return bytes;

        void ReturnIfNot(uint value, uint answer)
        {
            Add(JumpIfEqual, value, 1, 0);
            Add(Return, answer);
        }
    }
}
