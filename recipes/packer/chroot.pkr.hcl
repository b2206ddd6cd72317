# amazon-chroot: mounts the source AMI's volume on the machine that runs Packer (an EC2
# instance, as root), and has `netpoll-shim bake` prepare it from outside. Nothing of the
# image's own runs but its depmod and its initramfs tool, where the module comes from outside.
#   packer build -only=amazon-chroot.netpoll_shim -var ... .
# To change: bake_options. The machine that runs Packer needs the command netpoll-shim, which
# goes into the image, too: the static one, as in the packages. Unless bake_options names a
# module, it needs the source, as netpoll-shim-dkms has it (or --source=DIR).

variable "mount_path" {
  type        = string
  default     = "/mnt/netpoll-shim-image"
  description = "Where the volume is mounted meanwhile."
}

variable "bake_options" {
  type        = list(string)
  default     = []
  description = "--module=FILE.ko for each kernel or --build-tree=DIR; --dkms: the image's DKMS; none: built in the image."
}

source "amazon-chroot" "netpoll_shim" {
  region      = var.region
  source_ami  = var.source_ami
  ami_name    = local.ami_name
  mount_path  = var.mount_path
  ena_support = true
}

build {
  sources = ["source.amazon-chroot.netpoll_shim"]

  # On the machine that runs Packer, not in the chroot. 4: not enough is known, and nothing was
  # done.
  provisioner "shell-local" {
    inline           = ["netpoll-shim bake --root '${var.mount_path}' --all-kernels ${join(" ", var.bake_options)}"]
    valid_exit_codes = var.accept_unknown ? [0, 4] : [0]
  }

  provisioner "shell-local" {
    environment_vars = [
      "NETPOLL_SHIM_ROOT=${var.mount_path}",
      "NETPOLL_SHIM_UNKNOWN=${local.unknown}",
    ]
    script = "${path.root}/../scripts/check-image"
  }
}
