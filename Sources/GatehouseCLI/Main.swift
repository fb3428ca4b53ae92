import GatehouseSpec
@main enum Main { static func main() {} }
