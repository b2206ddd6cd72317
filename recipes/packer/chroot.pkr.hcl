# amazon-chroot: mounts the source AMI's volume on the machine that runs Packer (an EC2
# instance, as root), and has `netpoll-shim bake` prepare it from outside. Nothing of the
# image's own runs but its depmod and its initramfs tool: no compiler, no headers in it.
#   packer build -only=amazon-chroot.netpoll_shim -var ... .
# To change: bake_modules. The machine that runs Packer needs the command netpoll-shim.

variable "mount_path" {
  type        = string
  default     = "/mnt/netpoll-shim-image"
  description = "Where the volume is mounted meanwhile."
}

variable "bake_modules" {
  type        = string
  default     = "--dkms"
  description = "Where the module comes from: --dkms, --module FILE.ko or --build-tree DIR."
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

  # On the machine that runs Packer, not in the chroot.
  provisioner "shell-local" {
    inline = ["netpoll-shim bake --root '${var.mount_path}' --all-kernels ${var.bake_modules}"]
  }

  provisioner "shell-local" {
    environment_vars = [
      "NETPOLL_SHIM_ROOT=${var.mount_path}",
      "NETPOLL_SHIM_UNKNOWN=${local.unknown}",
    ]
    script = "${path.root}/../scripts/check-image"
  }
}
